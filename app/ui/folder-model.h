// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The rows of a chooser: what a folder has, what a search found, what was used lately. Selection is by exact name, so
// that it stays on its files when others come or go.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QSet>

#include "app/ui/listing.h"

namespace latchkey::ui {

class FolderModel final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Part of a FileChooser")
  Q_PROPERTY(int count READ count NOTIFY countChanged)
  Q_PROPERTY(int selectedCount READ selectedCount NOTIFY selectionChanged)
  // The row that was selected last; -1 for none.
  Q_PROPERTY(int current READ current NOTIFY selectionChanged)

public:
  enum Roles {
    NameRole = Qt::UserRole + 1,  // QString, fit to be shown.
    IsFolderRole,                 // bool
    SizeRole,                     // QString; empty for folders.
    DateRole,                     // QString
    SymbolRole,                   // QString
    PlaceRole,                    // QString: where it lies, if not in the folder that is shown, or where it leads.
    SelectedRole,                 // bool
  };
  enum Manner { Only, Toggle, Range };
  Q_ENUM(Manner)

  explicit FolderModel(QObject* parent) : QAbstractListModel(parent) {}

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  int count() const { return int(m_rows.size()); }
  int current() const { return m_current; }
  int selectedCount() const { return int(m_selected.size()); }

  // What is selected stays so as far as it is still there.
  void show(const QByteArray& folder, const QList<FileEntry>& rows);
  void selectNamed(const QByteArray& name);
  // Of all files, folders cannot be among several files that are picked, and the other way round.
  void setSeveral(bool several) { m_several = several; }
  QList<FileEntry> selected() const;
  const FileEntry* at(int row) const { return row >= 0 && row < count() ? &m_rows[row] : nullptr; }
  QByteArray pathOf(const FileEntry& entry) const;

  Q_INVOKABLE void select(int row, int manner);
  Q_INVOKABLE void selectAll();
  Q_INVOKABLE void clear();
  // The next row whose name begins so, after `from`, around the end; -1 for none.
  Q_INVOKABLE int find(const QString& beginning, int from) const;

Q_SIGNALS:
  void countChanged();
  void selectionChanged();

private:
  void mark(const QSet<QByteArray>& selected, int current);

  QByteArray m_folder;
  QList<FileEntry> m_rows;
  QSet<QByteArray> m_selected;  // Whole paths.
  bool m_several = false;
  int m_current = -1;
  int m_anchor = -1;
};

}  // namespace latchkey::ui
