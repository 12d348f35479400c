/**
 * Chinese for every text of form-js that a person can meet in our forms. Its bpmn.io notice stays as it is: the
 * licence asks that nobody changes it.
 */
import { isChinese } from './say.js';

export const FORM_JS_ZH = {
  'Field is required.': '请填写这一项',
  'Value is not a number.': '请填写数字',
  'Value is expected to be an integer.': '请填写整数',
  'Min validation value is not a valid number.': '表单设置有误：最小值不是数字',
  'Max validation value is not a valid number.': '表单设置有误：最大值不是数字',
  'Field must be a valid  international phone number. (e.g. +4930664040900)': '请填写有效的电话号码',
  'Field must be a valid email.': '请填写有效的邮箱地址',
  Select: '请选择',
  Search: '搜索',
  'No results': '没有找到',
  'All values selected': '已全部选中',
  'Skip to search': '跳到搜索框',
  'Remove tag': '去掉',
  'Add new': '添加一行',
  Collapse: '收起',
  Increment: '加一',
  Decrement: '减一',
  'Nothing to show.': '没有内容',
  'Previous page': '上一页',
  'Next page': '下一页',
  'Click to remove sorting': '点击取消排序',
  ' of ': ' / ',
};

export const FORM_JS_PATTERNS_ZH = [
  [/^Field must match pattern (.*)\.$/s, () => '格式不对，请检查'],
  [/^Field must have minimum value of (.*)\.$/, (_, n) => `不能小于 ${n}`],
  [/^Field must have maximum value of (.*)\.$/, (_, n) => `不能大于 ${n}`],
  [/^Field must have minimum length of (.*)\.$/, (_, n) => `至少填写 ${n} 个字`],
  [/^Field must have maximum length of (.*)\.$/, (_, n) => `最多填写 ${n} 个字`],
  [/^Value is expected to have at most (\d+) decimal digits?\.$/, (_, n) => `最多保留 ${n} 位小数`],
  [/^Please select a valid value, the two nearest valid values are (.*) and (.*)\.$/, (_, a, b) => `请填写 ${a} 或 ${b}`],
  [/^Expand all \((\d+)\)$/, (_, n) => `展开全部（还有 ${n} 行）`],
  [/^Click to sort by (.*) descending$/, (_, name) => `按“${name}”降序排列`],
  [/^Click to sort by (.*) ascending$/, (_, name) => `按“${name}”升序排列`],
  [/^Remove list item (\d+)$/, (_, n) => `删除第 ${n} 行`],
];

export function translateFormJs(text) {
  if (!isChinese()) {
    return text;
  }
  const found = FORM_JS_ZH[text];
  if (found !== undefined) {
    return found;
  }
  for (const [pattern, by] of FORM_JS_PATTERNS_ZH) {
    const match = pattern.exec(text);
    if (match) {
      return by(...match);
    }
  }
  return text;
}
