/** Chinese names of element types as the properties panel's head builds them ("Timer Boundary Event (Non Interrupting)"). */

const KINDS = {
  '': '',
  Message: '消息',
  Timer: '定时',
  Error: '错误',
  Escalation: '升级',
  Signal: '信号',
  Conditional: '条件',
  Link: '链接',
  Compensate: '补偿',
  Compensation: '补偿',
  Cancel: '取消',
  Terminate: '终止',
};

const EVENTS = {
  'Start Event': '开始事件',
  'End Event': '结束事件',
  'Intermediate Throw Event': '中间抛出事件',
  'Intermediate Catch Event': '中间捕获事件',
  'Boundary Event': '边界事件',
};

const OTHERS = {
  Task: '任务',
  'User Task': '用户任务',
  'Service Task': '服务任务',
  'Send Task': '发送任务',
  'Receive Task': '接收任务',
  'Manual Task': '手工任务',
  'Script Task': '脚本任务',
  'Business Rule Task': '规则任务（决策表）',
  'Call Activity': '调用流程',
  Transaction: '事务子流程',
  'Expanded Sub Process': '子流程',
  'Collapsed Sub Process': '子流程（折叠）',
  'Expanded Ad Hoc Sub Process': '临时子流程',
  'Collapsed Ad Hoc Sub Process': '临时子流程（折叠）',
  'Event Sub Process': '事件子流程',
  'Exclusive Gateway': '排他网关',
  'Parallel Gateway': '并行网关',
  'Inclusive Gateway': '包容网关',
  'Complex Gateway': '复杂网关',
  'Event Based Gateway': '事件网关',
  'Sequence Flow': '顺序流',
  'Default Flow': '默认顺序流',
  'Conditional Flow': '条件顺序流',
  'Message Flow': '消息流',
  Association: '关联',
  'Data Input Association': '数据输入关联',
  'Data Output Association': '数据输出关联',
  'Data Object Reference': '数据对象引用',
  'Data Store Reference': '数据存储引用',
  'Data Input': '数据输入',
  'Data Output': '数据输出',
  'Text Annotation': '文本注释',
  Group: '分组',
  Lane: '泳道',
  Participant: '泳池',
  Collaboration: '协作图',
  Process: '流程',
};

function eventNames() {
  const names = {};
  for (const [kind, kindZh] of Object.entries(KINDS)) {
    for (const [event, eventZh] of Object.entries(EVENTS)) {
      const name = kind ? `${kind} ${event}` : event;
      names[name] = kindZh + eventZh;
      names[`${name} (Non Interrupting)`] = `${kindZh}${eventZh}（不中断）`;
    }
  }
  return names;
}

export const ELEMENT_TYPES_ZH = { ...eventNames(), ...OTHERS };
