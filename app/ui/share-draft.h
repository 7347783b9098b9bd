// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is about to be shared with another machine: a draft of it and the sentence it would be.
//
// Nothing happens before `share`. What the broker refuses it says in one line, which stays beside the field that it is
// about until something is changed. Closing the sheet while the broker is asked changes nothing: what came of it is
// then told as everything is that was done.

#include <qqmlregistration.h>

#include <QUrl>

#include "app/ui/app-choices.h"
#include "app/ui/offers-model.h"
#include "app/ui/question.h"

namespace latchkey::ui {

class ShareDraft final : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("One for the whole program")
  Q_PROPERTY(bool open READ open NOTIFY openChanged)
  // Another machine has asked for it: with which and what kind of thing is settled.
  Q_PROPERTY(bool answering READ answering NOTIFY openChanged)
  // Something that another machine offered goes on to a third.
  Q_PROPERTY(bool passing READ passing NOTIFY openChanged)
  Q_PROPERTY(QString passed READ passed NOTIFY openChanged)
  Q_PROPERTY(QStringList machines READ machines NOTIFY openChanged)
  Q_PROPERTY(int machine READ machine WRITE setMachine NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> whats READ whats NOTIFY openChanged)
  Q_PROPERTY(int what READ what WRITE setWhat NOTIFY changed)
  // What apps that run listen on.
  Q_PROPERTY(QList<latchkey::ui::Choice> services READ services NOTIFY servicesChanged)
  Q_PROPERTY(bool looking READ looking NOTIFY servicesChanged)
  Q_PROPERTY(int service READ service WRITE setService NOTIFY changed)
  Q_PROPERTY(QString port READ port WRITE setPort NOTIFY changed)
  Q_PROPERTY(QString host READ host WRITE setHost NOTIFY changed)
  // An app that may be started and stopped from there.
  Q_PROPERTY(QList<latchkey::ui::AppChoice> apps READ apps NOTIFY changed)
  Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY changed)
  Q_PROPERTY(QString app READ app WRITE setApp NOTIFY changed)
  // Of an app it is counted how often, and nothing else.
  Q_PROPERTY(bool ofBytes READ ofBytes NOTIFY changed)
  // A folder or a file: the whole path, and what may be done with it.
  Q_PROPERTY(bool ofFiles READ ofFiles NOTIFY changed)
  Q_PROPERTY(QString path READ path WRITE setPath NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> accesses READ accesses NOTIFY openChanged)
  Q_PROPERTY(int access READ access WRITE setAccess NOTIFY changed)
  // What it is called there; of a computer of the network, and of files, their own name is told.
  Q_PROPERTY(bool nameable READ nameable NOTIFY changed)
  Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed)
  Q_PROPERTY(QString ownName READ ownName NOTIFY changed)
  Q_PROPERTY(QList<latchkey::ui::Choice> lastings READ lastings CONSTANT)
  Q_PROPERTY(int lasting READ lasting WRITE setLasting NOTIFY changed)
  Q_PROPERTY(QString uses READ uses WRITE setUses NOTIFY changed)
  Q_PROPERTY(QString bytes READ bytes WRITE setBytes NOTIFY changed)
  Q_PROPERTY(bool mayPassOn READ mayPassOn WRITE setMayPassOn NOTIFY changed)
  Q_PROPERTY(QString sentence READ sentence NOTIFY changed)
  // What is wrong, and with which field.
  Q_PROPERTY(Field faulty READ faulty NOTIFY changed)
  Q_PROPERTY(QString fault READ fault NOTIFY changed)
  Q_PROPERTY(bool sharing READ sharing NOTIFY changed)

public:
  enum What { OfApp, OfComputer, OfNetwork, OfFolder, OfFile, OfStart };
  Q_ENUM(What)
  enum Access { OnlyRead, AlsoChange };
  Q_ENUM(Access)
  enum Lasting { AnHour, EightHours, SevenDays, UntilStopped };
  Q_ENUM(Lasting)
  enum Field { None, TheMachine, TheThing, TheName, TheUses, TheBytes, TheWhole };
  Q_ENUM(Field)

  ShareDraft(Session& session, SharingLine& line, const MachinesModel& machines, const OffersModel& offers,
             const AppsModel& names, Undo& undo, QObject* parent = nullptr);

  // Another one, which answers that question. It belongs to the question.
  ShareDraft* answerTo(Question& question) const;

  bool open() const { return m_open; }
  bool answering() const { return m_question != nullptr; }
  bool passing() const { return !m_offer.isEmpty(); }
  QString passed() const;
  QStringList machines() const;
  int machine() const { return int(m_ids.indexOf(m_machine)); }
  void setMachine(int index);
  QList<Choice> whats() const;
  int what() const { return m_what; }
  void setWhat(int what);
  QList<Choice> services() const;
  bool looking() const { return m_looking; }
  int service() const { return m_service; }
  void setService(int service);
  QString port() const { return m_port; }
  void setPort(const QString& port);
  QString host() const { return m_host; }
  void setHost(const QString& host);
  QList<AppChoice> apps() const;
  QString filter() const { return m_filter; }
  void setFilter(const QString& filter);
  QString app() const { return m_app; }
  void setApp(const QString& holder);
  bool ofBytes() const { return kind() != Terms::Kind::App; }
  bool ofFiles() const { return !passing() && (m_what == OfFolder || m_what == OfFile); }
  QString path() const { return m_path; }
  void setPath(const QString& path);
  QList<Choice> accesses() const;
  int access() const { return m_access; }
  void setAccess(int access);
  bool nameable() const;
  QString name() const { return m_name; }
  void setName(const QString& name);
  QString ownName() const;
  QList<Choice> lastings() const;
  int lasting() const { return m_lasting; }
  void setLasting(int lasting);
  QString uses() const { return m_uses; }
  void setUses(const QString& uses);
  QString bytes() const { return m_bytes; }
  void setBytes(const QString& bytes);
  bool mayPassOn() const { return m_mayPassOn; }
  void setMayPassOn(bool may);
  QString sentence() const;
  Field faulty() const { return m_faulty; }
  QString fault() const { return m_fault; }
  bool sharing() const { return m_sharing; }

  // To this machine; empty: to the first.
  Q_INVOKABLE void begin(const QString& machine);
  // What an app listens on.
  Q_INVOKABLE void beginWith(const QString& holder, int port);
  // What another machine offered and was accepted.
  Q_INVOKABLE void pass(const QString& offer);
  // What was chosen in a dialog.
  Q_INVOKABLE void take(const QUrl& chosen);
  Q_INVOKABLE void share();
  Q_INVOKABLE void cancel();

Q_SIGNALS:
  void openChanged();
  void servicesChanged();
  void changed();

private:
  struct Service {
    QString holder;
    quint16 port = 0;
    QString program;
    bool operator==(const Service&) const = default;
  };

  void start(const QString& machine);
  void startAnswer(Question& question);
  void answered(const QString& fault, quint64 turn);
  void look();
  template <typename Value>
  void set(Value& member, const Value& value, Field field);
  bool wrong(Field field, const QString& fault);
  bool fill(ShareOrder& order);
  Terms::Kind kind() const;
  Terms::Access allowed() const;
  Lifetime lifetime() const;
  QString target() const;
  QString thing() const;
  Field fieldOf(const QString& fault) const;

  SharingLine& m_line;
  const MachinesModel& m_machines;
  const OffersModel& m_offers;
  const AppsModel& m_names;
  Undo& m_undo;
  Session& m_session;
  QHash<QString, Instance> m_instances;
  QStringList m_ids;  // Of machines it can be shared with.
  QList<Service> m_services;
  std::optional<Service> m_wanted;  // Chosen before it was found.
  Question* m_question = nullptr;   // That is answered.
  QString m_offer, m_machine, m_port, m_host, m_filter, m_app, m_path, m_name, m_uses, m_bytes, m_fault;
  Chosen m_held;  // What was at that path when it was picked or typed; of an answer. A link put there later is not it.
  int m_what = OfApp;
  int m_service = -1;
  int m_access = OnlyRead;
  int m_lasting = EightHours;
  Field m_faulty = None;
  quint64 m_turn = 0;  // The last of what was asked; what earlier ones bring is old.
  bool m_open = false, m_looking = false, m_mayPassOn = false, m_sharing = false;
};

}  // namespace latchkey::ui
