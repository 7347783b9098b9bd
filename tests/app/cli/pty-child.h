// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A program on a terminal of its own, and the hands and eyes of who sits before it.

#include <QByteArray>
#include <QStringList>

namespace latchkey::test {

class PtyChild {
public:
  PtyChild(const QStringList& command, const QStringList& environment, const QString& directory = {});
  ~PtyChild();

  // Reads until `text` was seen since the last expect; whether it was.
  bool expect(const QByteArray& text, int milliseconds = 20'000);
  // Reads for that long.
  QByteArray watch(int milliseconds);
  // Everything seen so far.
  const QByteArray& seen() const { return m_seen; }
  void type(const QByteArray& keys);
  void resize(unsigned short rows, unsigned short columns);

  // Reads until it ends. Its status, 128 + N for signal N, -1 if it does not end.
  int waitForEnd(int milliseconds = 20'000);
  // The terminal's settings are those of a shell that waits: echo, signals, lines.
  bool sane() const;
  pid_t pid() const { return m_pid; }
  int fd() const { return m_fd; }

private:
  bool readSome(int milliseconds);

  pid_t m_pid = -1;
  int m_fd = -1;
  int m_slave = -1;  // Kept, so that the settings can be looked at when the program has ended.
  QByteArray m_seen;
  qsizetype m_matched = 0;
};

}  // namespace latchkey::test
