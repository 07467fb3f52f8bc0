import { controllerOf, crdOf } from 'fastify-metacontroller'
import { secretCopies } from './operator.ts'

// `node manifests.ts | kubectl apply --server-side -f -`
const { HOOK_URL: url = 'http://secret-copies.secret-copies.svc:8080' } = process.env
const items = [crdOf(secretCopies), controllerOf(secretCopies, { url })]
process.stdout.write(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
