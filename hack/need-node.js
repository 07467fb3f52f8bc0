// Plain JavaScript without imports, since it runs on the Node that is too old.
const oldest = 24
const { version, platform, arch } = process
if (Number.parseInt(version.slice(1), 10) < oldest) {
  process.stderr.write(
    `Node ${oldest} or later is needed: this is ${version}, and the dependencies include none for ` +
      `${platform}-${arch}; install it from https://nodejs.org\n`,
  )
  process.exitCode = 1
}
