// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/folder-model.h"

#include <QMimeDatabase>

#include <algorithm>

#include "app/ui/wording.h"
#include "broker/base/text.h"

namespace latchkey::ui {
namespace {

QString shownName(const QByteArray& name) {
  return QString::fromStdString(brief(std::string_view(name.constData(), size_t(name.size())), 255));
}

QString symbolOf(const FileEntry& entry) {
  if (entry.isFolder) return QStringLiteral("folder");
  auto type = QMimeDatabase().mimeTypeForFile(QString::fromUtf8(entry.name), QMimeDatabase::MatchExtension).name();
  if (type.startsWith(u"image/")) return QStringLiteral("picture");
  if (type.startsWith(u"audio/")) return QStringLiteral("music");
  if (type.startsWith(u"video/")) return QStringLiteral("video");
  return QStringLiteral("file");
}

}  // namespace

QByteArray FolderModel::pathOf(const FileEntry& entry) const {
  auto folder = entry.folder.isEmpty() ? m_folder : entry.folder;
  return folder.endsWith('/') ? folder + entry.name : folder + '/' + entry.name;
}

void FolderModel::show(const QByteArray& folder, const QList<FileEntry>& rows) {
  auto* last = at(m_current);
  auto current = last ? pathOf(*last) : QByteArray();
  beginResetModel();
  m_folder = folder;
  m_rows = rows;
  m_current = m_anchor = -1;
  QSet<QByteArray> still;
  for (int row = 0; row < count() && !(m_selected.isEmpty() && current.isEmpty()); ++row) {
    auto path = pathOf(m_rows[row]);
    if (m_selected.contains(path)) still.insert(path);
    if (path == current) m_current = m_anchor = row;
  }
  m_selected = still;
  endResetModel();
  Q_EMIT countChanged();
  Q_EMIT selectionChanged();
}

QList<FileEntry> FolderModel::selected() const {
  QList<FileEntry> list;
  for (const auto& entry : m_rows) {
    if (m_selected.contains(pathOf(entry))) list.append(entry);
  }
  return list;
}

void FolderModel::mark(const QSet<QByteArray>& selected, int current) {
  m_selected = selected;
  m_current = current;
  if (!m_rows.isEmpty()) Q_EMIT dataChanged(index(0), index(count() - 1), {SelectedRole});
  Q_EMIT selectionChanged();
}

void FolderModel::select(int row, int manner) {
  auto* entry = at(row);
  if (!entry) return;
  QSet<QByteArray> selected;
  if (manner == Toggle && m_several) {
    selected = m_selected;
    if (!selected.remove(pathOf(*entry))) selected.insert(pathOf(*entry));
  } else if (manner == Range && m_several && m_anchor >= 0) {
    for (int i = std::min(m_anchor, row); i <= std::max(m_anchor, row); ++i) selected.insert(pathOf(m_rows[i]));
    return mark(selected, row);
  } else {
    selected.insert(pathOf(*entry));
  }
  m_anchor = row;
  mark(selected, row);
}

void FolderModel::selectAll() {
  if (!m_several || m_rows.isEmpty()) return;
  QSet<QByteArray> selected;
  bool anyFile = std::ranges::any_of(m_rows, [](const FileEntry& entry) { return !entry.isFolder; });
  for (const auto& entry : m_rows) {
    if (!anyFile || !entry.isFolder) selected.insert(pathOf(entry));
  }
  mark(selected, m_current);
}

void FolderModel::clear() { mark({}, -1); }

void FolderModel::selectNamed(const QByteArray& name) {
  auto found = std::ranges::find(m_rows, name, &FileEntry::name);
  if (found != m_rows.end()) select(int(found - m_rows.begin()), Only);
}

int FolderModel::find(const QString& beginning, int from) const {
  auto wanted = beginning.toCaseFolded();
  for (int step = 0; step < count(); ++step) {
    int row = (std::max(from, 0) + step) % count();
    if (QString::fromUtf8(m_rows[row].name).toCaseFolded().startsWith(wanted)) return row;
  }
  return -1;
}

QVariant FolderModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& entry = m_rows[index.row()];
  switch (role) {
    case Qt::DisplayRole:
    case NameRole: return shownName(entry.name);
    case IsFolderRole: return entry.isFolder;
    case SizeRole: return entry.isFolder ? QString() : wording::size(entry.size);
    case DateRole: return wording::moment(entry.modified);
    case SymbolRole: return symbolOf(entry);
    case PlaceRole:
      if (!entry.leads.isEmpty()) return QStringLiteral("→ ") + wording::path(QString::fromLocal8Bit(entry.leads));
      return entry.folder.isEmpty() ? QString() : wording::path(QString::fromLocal8Bit(entry.folder));
    case SelectedRole: return m_selected.contains(pathOf(entry));
  }
  return {};
}

QHash<int, QByteArray> FolderModel::roleNames() const {
  return {{NameRole, "name"},     {IsFolderRole, "isFolder"}, {SizeRole, "size"},        {DateRole, "date"},
          {SymbolRole, "symbol"}, {PlaceRole, "place"},       {SelectedRole, "selected"}};
}

}  // namespace latchkey::ui
