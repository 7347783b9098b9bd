// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A broker that follows a script, for the demo and for tests: the same interface, spoken through the same bridge, in
// memory.
//
// It decides nothing. What it is told it does to its lists, tells observers, and writes down, so that a test can see
// both sides: what the window showed, and what the broker was asked.

#include <QHash>

#include <functional>
#include <memory>

#include "app/ui/door.h"
#include "app/ui/machine-records.h"
#include "app/ui/package-records.h"
#include "app/ui/records.h"
#include "app/ui/sharing-records.h"

namespace latchkey::ui {

struct Script {
  QList<Grant> grants;
  QList<Grant> refusals;  // Each as what would allow the same.
  QList<Request> requests;
  QList<Instance> instances;
  QList<JournalEntry> journal;
  QList<Settings> settings;
  QHash<QString, QList<Process>> processes;
  QHash<QString, QList<Connection>> connections;
  QList<Listener> listeners;
  bool portIsTaken = false;  // By another program: no port can be offered to the local network.
  QList<Machine> machines;
  OwnMachine own;
  QList<Invitation> invitations;
  QList<Nearby> nearby;
  QList<MachineOffer> offers;
  QList<ShareMark> marks;     // Of grants that machines hold.
  QList<MachineWish> wishes;  // What machines were asked for.
  QString askFault;           // Why nobody can be asked.
  QList<Package> packages;    // Installed from bundles.
  PackageSheet bundle;        // What is in any file that is looked at.
  QString bundleFault, installFault;
  QList<PackageOffer> catalog;  // Of all repositories, installed or not.
  QList<PackageUpdate> updates;
  QList<FollowedRepository> repositories;
  QString followFault;
  QString unkept;             // Why what is taken back cannot be written down.
  bool knowsMachines = true;  // Else it is of a time before there were any.
  Status status;
};

class FakeBroker {
public:
  explicit FakeBroker(Script script);
  ~FakeBroker();

  // To be given to one Session.
  std::unique_ptr<Door> door();

  // All below from any thread but the session's own; they return when it is done there.
  void present(const Request& request);
  // It waits, behind one of the same app that is on the screen.
  void tellWaiting(const Request& request);
  void withdraw(const QString& request);
  void change(const Grant& grant);
  void change(const Instance& instance);
  void change(const Status& status);
  void change(const Settings& settings);
  // On the same port: another program.
  void listensInstead(quint64 listener);
  void change(const Machine& machine);
  void lose(const QString& machine);
  // The person's invitation was used by a machine of that name.
  void redeem(const QString& invitation, const QString& name);
  void change(const OwnMachine& own);
  // A new one, or what has become of one.
  void change(const MachineOffer& offer);
  void change(const Package& package);
  void installFails(const QString& why);
  // Somebody nearby asks to be added, and says the same about the words as this person. What becomes of it is heard:
  // "compared match", "compared differ", "not compared".
  void compare(const QString& name);
  // It goes away again.
  void breakOff(const QString& name);
  // Says "differ" there, after "match" here.
  void differThere();
  // Says nothing there.
  void leaveOpen();
  // From now on no portal confirms that it has cut what was open.
  void doubt();
  // From now on what is open is not told, until `speak`.
  void keepSilent();
  void speak();
  void add(const JournalEntry& entry);
  // Breaks the connection, and refuses new ones until told otherwise.
  void hangUp();
  void pickUp();
  bool hasPresenter();

  // What the window asked for, in order: "answer r1 allow read file once", "revoke g1 g2".
  QStringList heard() const;

  class World;

private:
  void inside(std::function<void(World&)> work);

  std::shared_ptr<World> m_world;
};

}  // namespace latchkey::ui
