/** The html view, cleaned by form-js's own list of allowed tags. */
import { escapeHTML, sanitizeHTML, useTemplateEvaluation } from '@bpmn-io/form-js-viewer';
import { useMemo } from 'preact/hooks';

export function Html({ field }) {
  const text = useTemplateEvaluation(field.content ?? '', { sanitizer: escapeHTML });
  const html = useMemo(() => sanitizeHTML(text), [text]);
  return <div class="fjs-form-field fjs-form-field-html" dangerouslySetInnerHTML={{ __html: html }} />;
}

Html.config = { type: 'html', keyed: false, name: 'HTML view', group: 'presentation', create: (options = {}) => ({ content: '', ...options }) };
