// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Runs `latchkey` of this build without a terminal and says what came of it.

#include <QProcess>
#include <QtTest>

namespace latchkey::test {

struct Outcome {
  int status = -1;
  QByteArray out, err;
};

inline QString programPath(const QString& name) { return qEnvironmentVariable("LATCHKEY_BIN") + "/" + name; }

inline Outcome runCommand(const QStringList& arguments, const QStringList& environment, const QByteArray& input = {},
                          const QString& directory = {}) {
  QProcess process;
  process.setProgram(programPath("latchkey"));
  process.setArguments(arguments);
  process.setEnvironment(environment);
  if (!directory.isEmpty()) process.setWorkingDirectory(directory);
  process.start();
  process.write(input);
  process.closeWriteChannel();
  if (!process.waitForFinished(180'000)) return {-1, {}, "it did not end"};
  auto status = process.exitStatus() == QProcess::CrashExit ? 256 : process.exitCode();
  return {status, process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace latchkey::test
