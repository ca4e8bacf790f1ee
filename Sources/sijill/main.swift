import CommandLineDoor

await SijillCommand.run()
