import { controllerOf } from 'fastify-metacontroller'
import { jobMessages } from './operator.ts'

// `node manifests.ts | kubectl apply --server-side -f -`
const { HOOK_URL: url = 'http://job-messages.job-messages.svc:8080' } = process.env
process.stdout.write(JSON.stringify(controllerOf(jobMessages, { url })))
