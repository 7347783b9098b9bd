// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One window program per session. The first listens at `window` in our runtime directory (0700, so nobody else's); a
// second one says there what it was asked to do and ends. Messages are `show`, `prompts` and `look PATH`: who can reach
// the socket is the person already, but nothing more than showing a page, or what a file is, can be asked for.

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <string>

namespace latchkey::ui {

class SingleWindow final : public QObject {
  Q_OBJECT

public:
  explicit SingleWindow(std::string socket, QObject* parent = nullptr);
  ~SingleWindow() override;

  // Whether somebody else is the one; then `word` was told to them.
  bool tellOther(const QByteArray& word);
  // Becomes the one. False if another was faster.
  bool listen();

Q_SIGNALS:
  // `path`: absolute; empty but for `look`.
  void told(const QByteArray& word, const QByteArray& path);

private:
  void accept();

  std::string m_path;
  int m_fd = -1;
  std::unique_ptr<QSocketNotifier> m_notifier;
};

}  // namespace latchkey::ui
