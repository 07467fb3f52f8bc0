import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { coinFlips } from '../../server/hook/controller.ts'
import { controllerOf } from '../../server/metacontroller/index.ts'

const file = 'manifests/controller/compositecontroller.yaml'
const url = 'http://coinflip-operator.coinflip-system.svc:8080'

t.same(
  parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')),
  controllerOf(coinFlips, { url }),
  `${file} says what server/hook/controller.ts declares`,
)
