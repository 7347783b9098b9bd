// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The insides of FakeBroker. Everything but `heard` and `executor` is used in the session's KJ thread alone.

#include <kj/async.h>
#include <kj/map.h>

#include <mutex>

#include "app/ui/demo/fake-broker.h"
#include "app/ui/demo/fake-fill.h"

namespace latchkey::ui {

class FakeBroker::World final : public kj::TaskSet::ErrorHandler {
public:
  explicit World(Script script) : script(std::move(script)) {}

  // What hangs on one connection, and ends with it.
  struct Live {
    explicit Live(kj::TaskSet::ErrorHandler& handler) : tasks(handler) {}
    kj::Vector<schema::Observer::Client> observers;
    kj::Maybe<schema::Presenter::Client> presenter;
    kj::HashMap<kj::String, kj::Promise<void>> presented;
    kj::Vector<schema::MachineObserver::Client> machineObservers;
    kj::Vector<schema::SharingObserver::Client> sharingObservers;
    kj::Vector<schema::PackageObserver::Client> packageObservers;
    kj::Maybe<schema::WordsPresenter::Client> words;
    kj::HashMap<kj::String, kj::Promise<void>> compared;
    kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> lost;
    kj::TaskSet tasks;
  };

  Script script;
  kj::Maybe<kj::Own<Live>> live;
  bool refusing = false;
  bool differsThere = false;
  bool leavesOpen = false;
  bool doubting = false;
  kj::Maybe<kj::ForkedPromise<void>> silence;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> speech;
  std::mutex lock;
  QStringList heard;
  kj::Maybe<kj::Own<const kj::Executor>> executor;

  void hear(const QString& line);
  Live& ensureLive();
  kj::TaskSet::ErrorHandler& handler() { return *this; }

  void tell(const QList<Grant>& changed);
  void tell(const QList<Request>& changed);
  void tell(const QList<Instance>& changed);
  void tell(const QList<JournalEntry>& added);
  void tell(const QList<Settings>& changed);
  void tellStatus();
  void tell(const QList<Machine>& changed);
  void tellSharing();
  void tellPackages();
  void put(const MachineOffer& offer);
  // Its id.
  QString addMachine(const QString& name);
  void removeMachine(const QString& id);

  Grant* find(const QString& grant);
  // These and all that hang below them, as far as they live.
  QList<Grant> subtree(const QStringList& grants) const;
  QList<Grant> end(const QStringList& grants);
  QList<Grant> again(const QStringList& grants);
  // Does what an answer says to the lists. Returns the grant it made.
  QString decide(const QString& request, const Answer& answer);
  void decided(const QString& request, Terms::RequestState state);

private:
  template <typename Send>
  void tellAll(Send send);
  void taskFailed(kj::Exception&& exception) override;
};

Nanos fakeNow();

namespace fake {
// Asks to compare four words with who calls itself so.
template <typename Call>
void fillComparison(Call& call, const QString& name) {
  call.setName(kjText(name));
  auto words = call.initWords(4);
  const char* four[] = {"harbour", "violet", "engine", "saddle"};
  for (unsigned i = 0; i < 4; ++i) words.set(i, four[i]);
}
}  // namespace fake

}  // namespace latchkey::ui
