// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A bundle on its way in: what it is, who signed it, what it will ask for - and nothing before the person says so.
//
// The rows are what it says it will ask for. None of it is given by installing; what the person ticks is given then, as
// an ordinary permission. A version that waits because it asks for more is shown in the same way.

#include <qqmlregistration.h>
#include <QAbstractListModel>
#include <QUrl>

#include "app/ui/far-errand.h"
#include "app/ui/package-line.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class Installing final : public QAbstractListModel {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  Q_PROPERTY(QString title READ title NOTIFY changed)
  Q_PROPERTY(QString app READ app NOTIFY changed)
  Q_PROPERTY(QString name READ name NOTIFY changed)
  // The author's words.
  Q_PROPERTY(QString summary READ summary NOTIFY changed)
  Q_PROPERTY(QString changes READ changes NOTIFY changed)
  // Paragraphs, one a line; for who wants to read more.
  Q_PROPERTY(QString description READ description NOTIFY changed)
  Q_PROPERTY(QString licence READ licence NOTIFY changed)
  Q_PROPERTY(QString signer READ signer NOTIFY changed)
  // What it runs on, where that comes with it, and who signed that.
  Q_PROPERTY(QString runtime READ runtime NOTIFY changed)
  Q_PROPERTY(bool runtimeStranger READ runtimeStranger NOTIFY changed)
  // Nobody here knows the key, or it is another one than before.
  Q_PROPERTY(bool stranger READ stranger NOTIFY changed)
  Q_PROPERTY(QString facts READ facts NOTIFY changed)
  Q_PROPERTY(QString claimsHeading READ claimsHeading NOTIFY changed)
  // Why it is not installed, whatever the person says.
  Q_PROPERTY(QString refusal READ refusal NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(QString action READ action NOTIFY changed)
  Q_PROPERTY(bool possible READ possible NOTIFY changed)
  // It is one that waits: there is a third way beside yes and later.
  Q_PROPERTY(bool waits READ waits NOTIFY changed)
  Q_PROPERTY(bool busy READ busy NOTIFY changed)
  // What it is comes from a repository, and has not come yet. Only what the catalog says is known.
  Q_PROPERTY(bool looking READ looking NOTIFY changed)
  // While it is being installed: 0 to 1. Else below 0.
  Q_PROPERTY(double progress READ progress NOTIFY progressChanged)

public:
  enum Roles {
    SentenceRole = Qt::UserRole + 1,  // QString
    RemarkRole,                       // QString: how it differs from what is installed.
    ReasonRole,                       // QString: the author's words.
    SymbolRole,                       // QString
    MoreRole,                         // bool: the installed version does not ask for it.
    GoneRole,                         // bool
    GivableRole,                      // bool: can be given now.
    GivenRole,                        // bool: will be.
  };

  Installing(Session& session, PackageLine& line, Undo& undo, QString home, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
  QVariant data(const QModelIndex& index, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  bool open() const { return m_open; }
  QString title() const;
  QString app() const { return m_sheet.text.id; }
  QString name() const { return m_sheet.text.name; }
  QString summary() const { return m_sheet.text.summary; }
  QString changes() const;
  QString description() const { return m_sheet.text.description; }
  QString licence() const { return m_sheet.text.licence; }
  QString signer() const;
  bool stranger() const;
  QString runtime() const;
  bool runtimeStranger() const;
  QString facts() const;
  QString claimsHeading() const;
  QString refusal() const;
  QString fault() const { return m_fault; }
  QString action() const;
  bool possible() const;
  bool waits() const { return m_waits; }
  bool busy() const { return m_busy; }
  bool looking() const { return m_looking; }
  double progress() const { return m_progress; }

  Q_INVOKABLE void look(const QUrl& file);
  // What a repository offers; the sheet is there at once, and fills. `installed`: the version it would replace, if any.
  void lookOffer(const PackageOffer& offer, const QString& installed = {});
  // A version that is here already and waits.
  void show(const Package& waiting);
  Q_INVOKABLE void give(int row, bool on);
  Q_INVOKABLE void install();
  // Of one that waits: the installed version stays, and this one is thrown away.
  Q_INVOKABLE void refuse();
  Q_INVOKABLE void cancel();

Q_SIGNALS:
  void openChanged();
  void changed();
  void progressChanged();

private:
  struct Row {
    ClaimChange change;
    bool given = false;
  };

  // What a sheet was asked for is not answered to another one.
  bool occupied();
  bool stands(quint64 turn) const { return m_open && turn == m_turn; }
  bool update() const { return m_sheet.step != PackageSheet::Step::Install; }
  bool givable(const ClaimChange& change) const;
  void took(int file, const QString& path, const QString& fault);
  void set(const PackageSheet& sheet);
  void fill(const PackageSheet& sheet);
  void setProgress(double progress);
  void failed(const QString& fault);
  void tellDone(const InstallResult& result, const QString& name);
  void giveChosen();
  void close();

  Session& m_session;
  PackageLine& m_line;
  Undo& m_undo;
  QString m_home;
  PackageSheet m_sheet;
  QList<Row> m_rows;
  QString m_fault, m_origin;
  QString m_from;  // The repository; empty: none.
  quint64 m_turn = 0;
  bool m_open = false, m_busy = false, m_waits = false, m_lost = false, m_looking = false;
  double m_progress = -1;
  FarErrand m_errand;
};

}  // namespace latchkey::ui
