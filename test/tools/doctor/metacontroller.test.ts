import t from 'tap'
import { choose, judgeFlags, judgePods, judgeVersion } from '../../../hack/doctor/metacontroller.ts'
import { judgeProcess, parseProcesses } from '../../../hack/doctor/metacontroller-host.ts'
import { deployedLabels, otherSelector } from '../../../hack/metacontroller/composite.ts'
import {
  flagsOf,
  type Metacontroller,
  pinnedImage,
} from '../../../hack/metacontroller/metacontroller.ts'
import { expectFinding } from './expect-finding.ts'

const slow = { workers: 5, queriesPerSecond: 5, burst: 10, electsLeader: false }
const fast = { workers: 50, queriesPerSecond: 200, burst: 400, electsLeader: true }

t.same(flagsOf([]), slow, 'its own defaults')
t.same(
  flagsOf(['--leader-election', '--workers=50', '-client-go-qps', '200', '--client-go-burst=400']),
  fast,
)
t.equal(flagsOf(['--leader-election=false']).electsLeader, false)
t.equal(flagsOf(['--leader-election-id=a']).electsLeader, false)

for (const [name, flags, ...expected] of [
  ['raised', fast, 'ok', /^50 workers, 200 queries a second, burst 400$/],
  ['the defaults', slow, 'warning', /--workers=50 --client-go-qps=200/, /^edit it$/],
  ['workers', { ...fast, workers: 5 }, 'warning', /^5 workers/, /edit/],
  ['queries', { ...fast, queriesPerSecond: 5 }, 'warning', /5 queries/, /edit/],
  ['burst', { ...fast, burst: 10 }, 'warning', /burst 10/, /edit/],
] as const)
  expectFinding(t, judgeFlags(flags, 'edit it'), expected, name)

for (const [image, ...expected] of [
  [pinnedImage, 'ok', /^it is 4\.17\.2$/],
  ['metacontroller:v4.16.0', 'failure', /4\.16\.0, older than 4\.17\.2/],
  ['metacontroller@sha256:00', 'warning', /has no version in its image/],
] as const)
  expectFinding(t, judgeVersion('it', image), expected, image)

const trouble = 'pod a: ImagePullBackOff'
for (const [name, wanted, ready, electsLeader, ...expected] of [
  ['one', 1, 1, false, 'ok', /^1 of 1 ready$/],
  ['two with an election', 2, 2, true, 'ok', /^2 of 2 ready$/],
  ['two without', 2, 2, false, 'failure', /all active at once: --leader-election/, /^look$/],
  ['one of two', 2, 1, true, 'warning', /^1 of 2 ready \(pod a: Image/, /^look$/],
  ['none', 1, 0, false, 'failure', /^0 of 1 ready \(pod a: Image/, /^look$/],
] as const) {
  const pods = { wanted, ready, trouble: ready < wanted ? trouble : undefined }
  expectFinding(t, judgePods(pods, { ...fast, electsLeader }, 'look'), expected, name)
}

const one: Metacontroller = {
  name: 'statefulset metacontroller/metacontroller',
  replicas: 1,
  image: pinnedImage,
  selector: '',
  workers: 50,
  queriesPerSecond: 200,
  burst: 400,
  electsLeader: true,
  installedByUs: false,
}
for (const [name, found, ...expected] of [
  ['none', [], 'failure', /none in the cluster/, /^make deploy IMG=$/],
  ['two', [one, { ...one, name: 'b' }], 'failure', /and b both serve CoinFlips/],
  [
    'one without replicas',
    [{ ...one, replicas: 0 }],
    'failure',
    /scaled to 0/,
    /^kubectl --namespace metacontroller scale statefulset metacontroller --replicas=1$/,
  ],
  [
    'one for others',
    [{ ...one, selector: 'a=b' }],
    'failure',
    /only CompositeControllers with a=b/,
  ],
] as const) {
  const finding = choose(found, deployedLabels)
  if ('level' in finding) expectFinding(t, finding, expected, name)
  else t.fail(`${name}: ${finding.name}`)
}
t.equal(choose([one, { ...one, name: 'b', selector: 'a=b' }], deployedLabels), one)

t.test('finds the Metacontroller of `make run` among processes', async (t) => {
  const own = '-target-label-selector games.example.com/runs-on=host -workers 50'
  const image = `--volume /x/.run/kubeconfig:/kubeconfig:ro --entrypoint /usr/bin/metacontroller ${pinnedImage}`
  const found = parseProcesses(`
    1 /sbin/init
   20 /opt/bin/metacontroller -kubeconfig /x/.run/kubeconfig ${own}
   21 docker run --rm ${image} -kubeconfig /kubeconfig ${own}
   22 metacontroller --kubeconfig=/y
   23 metacontroller -kubeconfig /y -target-label-selector ${otherSelector}
   24 vi metacontroller.ts
   25 /opt/bin -kubeconfig=/z ${own}
   26 kubectl --kubeconfig /z get pods
`)
  t.same(
    found.map(({ pid, kubeconfig }) => [pid, kubeconfig]),
    [
      ['20', '/x/.run/kubeconfig'],
      ['21', '/x/.run/kubeconfig'],
      ['22', '/y'],
      ['25', '/z'],
    ],
  )
  const [binary, container, bare] = found.map(judgeProcess)
  t.match(binary, [{ level: 'ok', text: /^process 20 on this machine/ }, { level: 'warning' }])
  t.match(container, [{ level: 'ok', text: /process 21 .* 4\.17\.2$/ }, {}])
  t.match(bare?.[1], { level: 'warning', help: 'make run' })
})
