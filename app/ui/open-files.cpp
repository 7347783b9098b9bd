// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/open-files.h"

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

constexpr int LOOK_AGAIN = 2000;

Object objectOf(const OpenFile& file) {
  Object object;
  object.path = file.path;
  return object;
}

Terms::Kind kindOf(const OpenFile& file) { return file.directory ? Terms::Kind::Folder : Terms::Kind::File; }

QString programOf(const OpenProgram& program) {
  if (program.pid == 0) return OpenFiles::tr("a program that has ended since");
  return OpenFiles::tr("%1, process %2").arg(wording::isolated(program.name)).arg(program.pid);
}

QString mappedOf(const OpenFile& file) {
  if (file.mapped == OpenFile::Mapped::Unknown) return OpenFiles::tr("It may be in use as memory");
  QStringList names;
  for (const auto& mapper : file.mappers) names << programOf(mapper);
  if (names.isEmpty()) return {};
  return OpenFiles::tr("Uses it as memory, and may stop at once: %1").arg(names.join(u", "));
}

QString useOf(const OpenFile& file) {
  auto when = wording::moment(file.used);
  if (file.directory) return OpenFiles::tr("lists it · %1").arg(when);
  auto access = file.access == Terms::Access::Write ? OpenFiles::tr("may change it") : OpenFiles::tr("looks only");
  return OpenFiles::tr("%1 · %2 read, %3 written · %4")
      .arg(access, wording::size(file.bytesRead), wording::size(file.bytesWritten), when);
}

}  // namespace

OpenFiles::OpenFiles(Session& session, const GrantsModel& grants, Undo& undo, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_grants(grants), m_undo(undo) {
  m_again.setInterval(LOOK_AGAIN);
  connect(&m_again, &QTimer::timeout, this, &OpenFiles::ask);
}

QHash<int, QByteArray> OpenFiles::roleNames() const {
  return {{NameRole, "name"}, {WholeRole, "whole"},   {ProgramRole, "program"},
          {UseRole, "use"},   {MappedRole, "mapped"}, {StoppableRole, "stoppable"}};
}

QVariant OpenFiles::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& file = m_files[index.row()];
  switch (role) {
    case NameRole: return wording::thing(kindOf(file), objectOf(file));
    case WholeRole: return wording::wholeName(kindOf(file), objectOf(file));
    case ProgramRole: return programOf(file.program);
    case UseRole: return useOf(file);
    case MappedRole: return mappedOf(file);
    case StoppableRole: return !file.directory;
  }
  return {};
}

void OpenFiles::show(const QString& grant) {
  auto* found = m_grants.find(grant);
  if (!found) return;
  close();
  m_grant = grant;
  m_title =
      tr("What %1 has open of %2")
          .arg(wording::isolated(m_grants.who(*found)), wording::isolated(wording::thing(found->kind, found->object)));
  Q_EMIT changed();
  ask();
  m_again.start();
}

void OpenFiles::close() {
  m_again.stop();
  m_grant.clear();
  m_note.clear();
  beginResetModel();
  m_files.clear();
  endResetModel();
  Q_EMIT changed();
}

void OpenFiles::ask() {
  m_session.openFiles({m_grant}, this, [this, grant = m_grant](const Session::OpenNow& now) {
    if (grant == m_grant && open()) take(now);
  });
}

// Rows that are the same handles stay where they are: what is only used more is not a new list.
void OpenFiles::take(const Session::OpenNow& now) {
  if (now.files.size() == m_files.size()) {
    m_files = now.files;
    if (!m_files.isEmpty()) Q_EMIT dataChanged(index(0), index(int(m_files.size()) - 1));
  } else {
    beginResetModel();
    m_files = now.files;
    endResetModel();
  }
  if (now.unanswered) m_note = tr("Not all of it could be found out.");
  else if (now.more > 0) m_note = tr("and %Ln more", nullptr, int(qMin<quint64>(now.more, 1'000'000)));
  else if (m_files.isEmpty()) m_note = tr("Nothing of it is open.");
  else m_note.clear();
  Q_EMIT changed();
}

void OpenFiles::stop(int row) {
  if (row < 0 || row >= m_files.size() || m_files[row].directory) return;
  auto name = wording::thing(kindOf(m_files[row]), objectOf(m_files[row]));
  m_session.stopFile(m_grant, m_files[row].path, this, [this, name](Session::Cut cut) {
    m_undo.did(cut == Session::Cut::Confirmed
                   ? tr("Stopped %1. It stays refused until you give it again or the app ends.").arg(name)
                   : tr("Stopped %1. What was open of it may still be held: stop the app to be sure.").arg(name));
    if (open()) ask();
  });
}

QStringList OpenFiles::warnings(const Session::OpenNow& now) {
  QStringList lines;
  for (const auto& file : now.files) {
    auto name = wording::isolated(wording::thing(kindOf(file), objectOf(file)));
    for (const auto& mapper : file.mappers) {
      lines << tr("%1 uses %2 as memory and may stop at once.").arg(wording::isolated(mapper.name), name);
    }
    if (file.mapped == OpenFile::Mapped::Unknown)
      lines << tr("%1 may be in use as memory: an app that does so may stop at once.").arg(name);
  }
  lines.removeDuplicates();
  return lines;
}

}  // namespace latchkey::ui
