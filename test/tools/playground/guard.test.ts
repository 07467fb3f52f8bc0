import t from 'tap'
import { refusalOf } from '../../../hack/playground/guard.ts'

const host = '127.0.0.1:8000'

t.test('refuses other machines, and other sites in the browser', async (t) => {
  for (const [name, method, headers, refused] of [
    ['curl', 'POST', { host }, false],
    ['curl by name', 'GET', { host: 'localhost:8000' }, false],
    [
      'the page itself',
      'POST',
      { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
      false,
    ],
    ['typed by a person', 'GET', { host, 'sec-fetch-site': 'none' }, false],
    [
      'a link elsewhere',
      'GET',
      { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      false,
    ],
    [
      'a form elsewhere',
      'POST',
      {
        host,
        origin: 'https://example.com',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
      },
      true,
    ],
    ['a script elsewhere', 'POST', { host, origin: 'https://example.com' }, true],
    ['a sandboxed frame', 'POST', { host, origin: 'null' }, true],
    ['a page on another port', 'POST', { host, origin: 'http://127.0.0.1:9999' }, true],
    ['an event source on another port', 'GET', { host, 'sec-fetch-site': 'same-site' }, true],
    [
      'an image elsewhere',
      'GET',
      { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      true,
    ],
    ['a name that points here', 'GET', { host: 'rebound.example:8000' }, true],
    ['another port', 'GET', { host: '127.0.0.1:80' }, true],
    ['no host', 'GET', {}, true],
  ] as const)
    t.equal(refusalOf(headers, method, 8000) !== undefined, refused, name)
})
