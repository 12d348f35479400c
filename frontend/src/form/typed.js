/**
 * What is in a text box while somebody types. form-js tells it to the form after a pause; when the form is drawn within
 * that pause (a photo has arrived, another field was left), its text box would fall back to the text from before.
 */
import { useEffect, useState } from 'preact/hooks';

export function useTyped(value) {
  const [typed, setTyped] = useState(null);
  useEffect(() => setTyped(null), [value]);
  const onInput = (event) => event.target.matches('input, textarea') && setTyped(event.target.value);
  return { value: typed ?? value, onInput };
}
