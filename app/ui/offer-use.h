// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Giving what another machine offers to an app: which one, where it finds it, and how long.
//
// The other machine is asked only when the person has chosen, and may be asleep: then the line about that stays here.

#include <qqmlregistration.h>

#include "app/ui/app-choices.h"
#include "app/ui/offers-model.h"
#include "app/ui/question.h"

namespace latchkey::ui {

class OfferUse final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  Q_PROPERTY(QString machine READ machine NOTIFY openChanged)
  Q_PROPERTY(QString title READ title NOTIFY openChanged)
  // Files are found where the person finds them, too: an app need not have them.
  Q_PROPERTY(bool ofFiles READ ofFiles NOTIFY openChanged)
  Q_PROPERTY(QList<latchkey::ui::Choice> wheres READ wheres CONSTANT)
  Q_PROPERTY(int where READ where WRITE setWhere NOTIFY changed)
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY changed)
  // Those that run first; of many the first hundred.
  Q_PROPERTY(QList<latchkey::ui::AppChoice> apps READ apps NOTIFY appsChanged)
  Q_PROPERTY(QString holder READ holder WRITE setHolder NOTIFY changed)
  Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed)
  Q_PROPERTY(QString port READ port WRITE setPort NOTIFY changed)
  // Only of an app that runs there is more than one.
  Q_PROPERTY(QList<latchkey::ui::Choice> lastings READ lastings NOTIFY changed)
  Q_PROPERTY(int lasting READ lasting WRITE setLasting NOTIFY changed)
  Q_PROPERTY(QString sentence READ sentence NOTIFY changed)
  Q_PROPERTY(Field faulty READ faulty NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool asking READ asking NOTIFY changed)

public:
  enum Where { ForMe, ForApp };
  Q_ENUM(Where)
  enum Lasting { WhileItRuns, UntilStopped };
  Q_ENUM(Lasting)
  enum Field { None, TheApp, ThePlace, TheWhole };
  Q_ENUM(Field)

  OfferUse(Session& session, SharingLine& line, const OffersModel& offers, const AppsModel& names, Undo& undo,
           QObject* parent = nullptr);

  bool open() const { return m_open; }
  QString machine() const;
  QString title() const;
  bool ofFiles() const;
  QList<Choice> wheres() const;
  int where() const { return ofFiles() ? m_where : int(ForApp); }
  void setWhere(int where);
  QString filter() const { return m_filter; }
  void setFilter(const QString& filter);
  QList<AppChoice> apps() const { return m_apps; }
  QString holder() const { return m_holder; }
  void setHolder(const QString& holder);
  QString name() const { return m_name; }
  void setName(const QString& name);
  QString port() const { return m_port; }
  void setPort(const QString& port);
  QList<Choice> lastings() const;
  int lasting() const { return instance().isEmpty() ? int(UntilStopped) : m_lasting; }
  void setLasting(int lasting);
  QString sentence() const;
  Field faulty() const { return m_faulty; }
  QString fault() const { return m_fault; }
  bool asking() const { return m_asking; }

  Q_INVOKABLE void begin(const QString& offer);
  Q_INVOKABLE void use();
  Q_INVOKABLE void cancel();

Q_SIGNALS:
  void openChanged();
  void appsChanged();
  void changed();

private:
  QString instance() const;
  void findApps();
  void touched(Field field);
  void wrong(Field field, const QString& fault);
  Field fieldOf(const QString& fault) const;

  SharingLine& m_line;
  const OffersModel& m_offers;
  const AppsModel& m_names;
  Undo& m_undo;
  Session& m_session;
  QHash<QString, Instance> m_instances;
  QList<AppChoice> m_apps;
  QString m_offer, m_filter, m_holder, m_name, m_port, m_fault;
  int m_where = ForMe;
  int m_lasting = WhileItRuns;
  Field m_faulty = None;
  quint64 m_turn = 0;
  bool m_open = false, m_asking = false;
};

}  // namespace latchkey::ui
