// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Changing one rule, or making one about the network: a draft of it, the sentence it would be, and for names in a
// folder what they are about now. What may be exchanged over the network is in millions of bytes, as the window tells
// it.
//
// Saving is a new decision in the place of the old one. The broker refuses what cannot be; the line it gives stays here
// until something is changed.

#include <qqmlregistration.h>

#include <QTimer>

#include <array>
#include <optional>

#include "app/ui/grants-model.h"
#include "app/ui/rule-records.h"
#include "app/ui/session.h"
#include "app/ui/undo.h"

namespace latchkey::ui {

class RuleEdit final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  Q_PROPERTY(bool making READ making NOTIFY openChanged)
  // What it is about: a program, where it may go, or who may come.
  Q_PROPERTY(bool network READ network NOTIFY openChanged)
  Q_PROPERTY(QList<latchkey::ui::Choice> reaches READ reaches NOTIFY openChanged)
  Q_PROPERTY(int reach READ reach WRITE setReach NOTIFY changed)
  // What is to be written as a place: a path, a host, or a port.
  Q_PROPERTY(bool placed READ placed NOTIFY changed)
  Q_PROPERTY(QString perSecond READ perSecond WRITE setPerSecond NOTIFY changed)
  Q_PROPERTY(QString perDay READ perDay WRITE setPerDay NOTIFY changed)
  Q_PROPERTY(QString inAll READ inAll WRITE setInAll NOTIFY changed)
  Q_PROPERTY(QString sentence READ sentence NOTIFY changed)
  Q_PROPERTY(QString holder READ holder WRITE setHolder NOTIFY changed)
  Q_PROPERTY(QString place READ place WRITE setPlace NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> scopes READ scopes NOTIFY openChanged)
  Q_PROPERTY(int scope READ scope WRITE setScope NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> accesses READ accesses CONSTANT)
  Q_PROPERTY(int access READ access WRITE setAccess NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> lastings READ lastings NOTIFY openChanged)
  Q_PROPERTY(int lasting READ lasting WRITE setLasting NOTIFY changed)
  Q_PROPERTY(bool mayKeep READ mayKeep NOTIFY changed)
  Q_PROPERTY(bool keep READ keep WRITE setKeep NOTIFY changed)
  // What matches now, where names decide; empty elsewhere.
  Q_PROPERTY(QString preview READ preview NOTIFY previewChanged)
  // Of folders: whether it is at full speed, and what that takes; empty elsewhere.
  Q_PROPERTY(QString speed READ speed NOTIFY changed)
  // Why it cannot be saved so.
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool saving READ saving NOTIFY changed)

public:
  // How long, as the window offers it.
  enum Lasting { AsItWas, EightHours, SevenDays, Always };
  Q_ENUM(Lasting)

  // Of the network, as far as it has a name.
  enum Reach { Internet, LocalNetwork, Everything, OnePlace };
  Q_ENUM(Reach)

  RuleEdit(Session& session, const GrantsModel& grants, Undo& undo, QString home, QObject* parent = nullptr);

  bool open() const { return m_open; }
  bool making() const { return m_before.id.isEmpty(); }
  bool network() const { return m_before.isOfNetwork(); }
  QList<Choice> reaches() const;
  int reach() const { return m_reach; }
  void setReach(int reach);
  bool placed() const { return m_before.kind != Terms::Kind::Network || m_reach == OnePlace; }
  QString perSecond() const { return m_amounts[0]; }
  void setPerSecond(const QString& amount) { setAmount(0, amount); }
  QString perDay() const { return m_amounts[1]; }
  void setPerDay(const QString& amount) { setAmount(1, amount); }
  QString inAll() const { return m_amounts[2]; }
  void setInAll(const QString& amount) { setAmount(2, amount); }
  QString sentence() const;
  QString holder() const { return m_holder; }
  void setHolder(const QString& holder);
  QString place() const { return m_place; }
  void setPlace(const QString& place);
  QList<Choice> scopes() const;
  int scope() const { return int(m_scope); }
  void setScope(int scope);
  QList<Choice> accesses() const;
  int access() const { return int(m_access); }
  void setAccess(int access);
  QList<Choice> lastings() const;
  int lasting() const { return m_lasting; }
  void setLasting(int lasting);
  bool mayKeep() const { return lifetime().lasting == Terms::Lasting::Always; }
  bool keep() const { return m_keep && mayKeep(); }
  void setKeep(bool keep);
  QString preview() const { return m_preview; }
  QString speed() const;
  QString fault() const { return m_fault; }
  bool saving() const { return m_saving; }

  Q_INVOKABLE bool canChange(const QString& grant) const;
  Q_INVOKABLE void begin(const QString& grant);
  // One about the network that is not there yet; for nobody as long as `holder` is empty.
  Q_INVOKABLE void make(const QString& holder);
  Q_INVOKABLE void save();
  Q_INVOKABLE void cancel();

Q_SIGNALS:
  void openChanged();
  void changed();
  void previewChanged();

private:
  Lifetime lifetime() const;
  QString wholePlace() const;
  QString target() const;
  void beginWith(const Grant& grant);
  void setAmount(size_t which, const QString& amount);
  // What was there before, as long as its words are; nothing for what is no amount.
  std::optional<quint64> amountOf(size_t which) const;
  Grant draft() const;
  void saved(const QString& fault, const QString& done);
  void touched();
  void look();

  Session& m_session;
  const GrantsModel& m_grants;
  Undo& m_undo;
  QString m_home;
  QTimer m_looking;
  quint64 m_look = 0;  // The last of them; what earlier ones bring is old.
  bool m_isLooking = false;
  bool m_open = false, m_saving = false, m_keep = false;
  Grant m_before;
  QString m_holder, m_place, m_preview, m_fault;
  Terms::Scope m_scope = Terms::Scope::File;
  Terms::Access m_access = Terms::Access::Read;
  int m_lasting = AsItWas;
  int m_reach = OnePlace;
  std::array<QString, 3> m_amounts;
};

}  // namespace latchkey::ui
