import { UsageError } from '../../../profile/session/usage-error';
import { parseGraphChoice, type GraphChoice } from './graph-options';

test.each<[string, Partial<GraphChoice>]>([
  ['', { style: 'graph', leastPercent: undefined, order: undefined, key: 'function', value: 'percent' }],
  ['graph,0.5,caller,function,percent', { style: 'graph', leastPercent: 0.5, order: 'caller' }],
  ['none', { style: 'none' }],
  ['caller', { style: 'graph', order: 'caller' }],
  ['fra', { style: 'fractal' }],
  ['fo,count', { style: 'folded', value: 'count' }],
  [
    'flat,1,7,address,period',
    { style: 'flat', leastPercent: 1, printLimit: 7, key: 'address', value: 'period' },
  ],
  ['callee,srcline', { order: 'callee', key: 'line' }],
])('-g %s', (text, expected) => {
  expect(parseGraphChoice(text)).toMatchObject(expected);
});

test.each(['sideways', 'graph,-1', 'branch'])('-g %s is refused', (text) => {
  expect(() => parseGraphChoice(text)).toThrow(UsageError);
});
