// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app asks its person to pick, and what was picked. All texts in a wish are the app's.

#include <unistd.h>

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <memory>

namespace latchkey::ui {

// A descriptor that is shared by those who still need it.
class HeldFile {
public:
  explicit HeldFile(int fd) : m_fd(fd) {}
  ~HeldFile() { close(m_fd); }
  HeldFile(const HeldFile&) = delete;
  int fd() const { return m_fd; }

private:
  int m_fd;
};

struct OptionValue {
  QString id;
  QString value;
  bool operator==(const OptionValue&) const = default;
};

struct ChooserFilter {
  QString name;
  QStringList globs;
  QStringList types;
  bool operator==(const ChooserFilter&) const = default;
};

// A choice of the app's own. Without entries it is a check box, "true" or "false".
struct ChooserOption {
  QString id;
  QString label;
  QList<OptionValue> entries;
  QString selected;
  bool operator==(const ChooserOption&) const = default;
};

struct ChooserWish {
  enum class Purpose { OpenFile, OpenFiles, OpenFolder, OpenFolders, SaveFile, SaveFiles };
  Purpose purpose = Purpose::OpenFile;
  QString title;
  QList<ChooserFilter> filters;
  quint32 filter = 0;
  QList<ChooserOption> options;
  QByteArray folder;
  QByteArray name;
  QList<QByteArray> names;
  bool saves() const { return purpose == Purpose::SaveFile || purpose == Purpose::SaveFiles; }
  bool folders() const {
    return purpose == Purpose::OpenFolder || purpose == Purpose::OpenFolders || purpose == Purpose::SaveFiles;
  }
  bool several() const { return purpose == Purpose::OpenFiles || purpose == Purpose::OpenFolders; }
  bool operator==(const ChooserWish&) const = default;
};

struct OpenerWish {
  QString uri;
  QString type;
  bool operator==(const OpenerWish&) const = default;
};

struct Chosen {
  QByteArray path;
  std::shared_ptr<const HeldFile> object;  // What is there, opened when it was picked; none: it is to be made.
};

struct Picked {
  QList<Chosen> chosen;
  quint32 filter = 0;
  QList<OptionValue> choices;
  QString app;
  bool empty() const { return chosen.isEmpty() && app.isEmpty(); }
};

}  // namespace latchkey::ui
