/**
 * The JSX runtime handed to form-js: it has no translation of its own, so full strings are looked up on their way
 * into the page. A label that ends in OPTIONAL_MARK shows 选填 beside it.
 */
import { Fragment, jsx as create } from 'preact/jsx-runtime';
import { say } from './say.js';
import { translateFormJs } from './form_js.js';

export { Fragment };

/** An invisible character that our schema preparation puts at the end of the label of an optional field. */
export const OPTIONAL_MARK = '\u2063';

const ATTRIBUTES = ['title', 'aria-label', 'placeholder', 'label', 'emptyListMessage'];

function translateChild(child) {
  if (typeof child !== 'string') {
    return child;
  }
  if (child.endsWith(OPTIONAL_MARK)) {
    return [child.slice(0, -1), create('span', { class: 'optional', children: say('optional') })];
  }
  return translateFormJs(child);
}

function translateProps(props) {
  let result = props;
  const set = (name, value) => {
    if (value !== props[name]) {
      if (result === props) {
        result = { ...props };
      }
      result[name] = value;
    }
  };
  if (props.children !== undefined) {
    set('children', Array.isArray(props.children) ? props.children.map(translateChild) : translateChild(props.children));
  }
  for (const name of ATTRIBUTES) {
    if (typeof props[name] === 'string' && !props[name].endsWith(OPTIONAL_MARK)) {
      set(name, translateFormJs(props[name]));
    }
  }
  return result;
}

export const jsx = (type, props, key) => create(type, translateProps(props), key);
export const jsxs = jsx;
