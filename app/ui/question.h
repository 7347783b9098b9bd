// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One question to the person, with what they have chosen so far. The prompt and the page of requests show the same
// object, so that both follow the same rules:
//
// - The narrowest and shortest answer is chosen beforehand; an access wider than what was asked cannot be chosen.
// - While `armed` is false nothing answers it, neither a key nor a click nor an assistive program: see InputGuard.
// - It is answered at most once. Destroyed without an answer it is dismissed.

#include <qqmlregistration.h>
#include <QUrl>

#include "app/ui/gathered.h"
#include "app/ui/records.h"

namespace latchkey::ui {

// One thing that may be chosen.
class Choice {
  Q_GADGET
  QML_VALUE_TYPE(choice)
  Q_PROPERTY(int value MEMBER value)
  Q_PROPERTY(QString text MEMBER text)
  Q_PROPERTY(QString key MEMBER key)

public:
  int value = 0;
  QString text;
  QString key;
  bool operator==(const Choice&) const = default;
};

class Question final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Questions come from the broker")
  Q_PROPERTY(QString id READ id CONSTANT)
  Q_PROPERTY(QString app READ app CONSTANT)
  Q_PROPERTY(QString appName READ appName CONSTANT)
  Q_PROPERTY(QString profile READ profile CONSTANT)
  Q_PROPERTY(QUrl icon READ icon CONSTANT)
  Q_PROPERTY(QString wish READ wish NOTIFY gatheredChanged)
  Q_PROPERTY(QString thing READ thing CONSTANT)
  Q_PROPERTY(QString place READ place CONSTANT)
  Q_PROPERTY(QString wholeName READ wholeName CONSTANT)
  Q_PROPERTY(QString facts READ facts CONSTANT)
  Q_PROPERTY(QString symbol READ symbol CONSTANT)
  Q_PROPERTY(QUrl preview READ preview CONSTANT)
  Q_PROPERTY(QString claim READ claim CONSTANT)
  Q_PROPERTY(QString asker READ asker CONSTANT)
  Q_PROPERTY(QString since READ since CONSTANT)
  Q_PROPERTY(QList<latchkey::ui::Choice> accesses READ accesses CONSTANT)
  Q_PROPERTY(QList<latchkey::ui::Choice> lastings READ lastings CONSTANT)
  // When "until" ends, and which of these was chosen.
  Q_PROPERTY(QList<latchkey::ui::Choice> ends READ ends CONSTANT)
  Q_PROPERTY(int end READ end WRITE setEnd NOTIFY chosen)
  Q_PROPERTY(bool endMatters READ endMatters NOTIFY chosen)
  Q_PROPERTY(QList<latchkey::ui::Choice> scopes READ scopes NOTIFY gatheredChanged)
  Q_PROPERTY(int access READ access WRITE setAccess NOTIFY chosen)
  Q_PROPERTY(int lasting READ lasting WRITE setLasting NOTIFY chosen)
  Q_PROPERTY(int scope READ scope WRITE setScope NOTIFY chosen)
  Q_PROPERTY(bool scopeMatters READ scopeMatters NOTIFY chosen)
  // A folder mounted as it is; only where an answer as it is chosen now can have it. Never unless the person says so.
  Q_PROPERTY(bool fastMatters READ fastMatters NOTIFY chosen)
  Q_PROPERTY(bool fast READ fast WRITE setFast NOTIFY chosen)
  Q_PROPERTY(QString consequence READ consequence NOTIFY chosen)
  // The person picks files, or an app: "allow" says nothing until something was picked.
  Q_PROPERTY(bool picks READ picks CONSTANT)
  Q_PROPERTY(bool saves READ saves CONSTANT)
  // Of the network: what else is asked with it, itself among it. Null for everything else.
  Q_PROPERTY(latchkey::ui::Gathered* gathered READ gathered CONSTANT)
  // It is about more than one.
  Q_PROPERTY(bool several READ several NOTIFY gatheredChanged)
  Q_PROPERTY(int alsoWaiting READ alsoWaiting NOTIFY alsoWaitingChanged)
  Q_PROPERTY(bool armed READ armed NOTIFY armedChanged)
  // Another machine asks: its colour and initials, and what it calls the thing.
  Q_PROPERTY(bool fromAfar READ fromAfar CONSTANT)
  Q_PROPERTY(int stripe READ stripe CONSTANT)
  Q_PROPERTY(QString initials READ initials CONSTANT)
  Q_PROPERTY(QString suggestion READ suggestion CONSTANT)
  Q_PROPERTY(QString wantedFor READ wantedFor CONSTANT)

public:
  enum End { AnHour, Today, AWeek };

  explicit Question(const Request& request, QObject* parent = nullptr);
  ~Question() override;

  const Request& request() const { return m_request; }
  void update(const Request& request);

  QString id() const { return m_request.id; }
  QString app() const { return m_request.app; }
  QString appName() const;
  QString profile() const;
  QUrl icon() const;
  QString wish() const;
  QString thing() const;
  QString place() const;
  QString wholeName() const;
  QString facts() const;
  QString symbol() const;
  QUrl preview() const;
  QString claim() const { return m_request.claim; }
  QString asker() const;
  QString since() const;
  QList<Choice> accesses() const;
  QList<Choice> lastings() const;
  QList<Choice> scopes() const;
  QList<Choice> ends() const;
  int end() const { return m_end; }
  bool endMatters() const { return m_answer.lifetime.lasting == Terms::Lasting::Until; }
  int access() const { return int(m_answer.access); }
  int lasting() const { return int(m_answer.lifetime.lasting); }
  int scope() const { return int(m_answer.scope); }
  bool scopeMatters() const;
  bool fastMatters() const;
  bool fast() const { return m_answer.fast && fastMatters(); }
  // One sentence: what "allow" would mean as things are chosen now.
  QString consequence() const;
  bool picks() const { return m_request.picks(); }
  bool saves() const { return m_request.create || (m_request.chooser && m_request.chooser->saves()); }
  // What "allow" is about, of a chooser or an opener.
  void pick(Picked picked);
  int alsoWaiting() const;
  bool fromAfar() const { return m_request.wish.has_value(); }
  int stripe() const { return m_request.wish ? m_request.wish->stripe : 0; }
  QString initials() const;
  QString wantedFor() const;
  QString suggestion() const { return m_request.wish ? m_request.wish->name : QString(); }

  Gathered* gathered() const { return m_gathered; }
  bool several() const { return m_gathered && m_gathered->count() > 1; }
  // Another question of the same app that belongs into this one. False where it does not.
  bool join(const Request& request);
  void leave(const QString& request);
  // Switches one of several on or off.
  Q_INVOKABLE void setPlace(int row, bool on);

  bool armed() const { return m_armed; }
  void setArmed(bool armed);
  bool answeredAlready() const { return m_answered; }
  // No answer any more: the broker took it back.
  void close() { m_answered = true; }

  void setAccess(int access);
  void setLasting(int lasting);
  void setScope(int scope);
  void setEnd(int end);
  void setFast(bool fast);

  Q_INVOKABLE void allow() { give(Terms::Verdict::Allow); }
  Q_INVOKABLE void deny() { give(Terms::Verdict::Deny); }
  Q_INVOKABLE void never() { give(Terms::Verdict::Never); }
  Q_INVOKABLE void dismiss() { give(Terms::Verdict::Dismiss); }

Q_SIGNALS:
  void chosen();
  void armedChanged();
  void alsoWaitingChanged();
  void gatheredChanged();
  // What is asked has changed: nothing counts for a moment.
  void grown();
  void answered(const latchkey::ui::Answer& answer);
  // Of what was asked with it; before `answered`.
  void alsoAnswered(const QString& request, const latchkey::ui::Answer& answer);

private:
  void give(Terms::Verdict verdict);
  void giveOthers();

  Request m_request;
  Answer m_answer;
  Gathered* m_gathered = nullptr;
  End m_end = AnHour;
  bool m_armed = true;
  bool m_answered = false;
};

}  // namespace latchkey::ui
