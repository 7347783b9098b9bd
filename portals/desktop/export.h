// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// An object of an app's, shown on the session's bus as if it were there: a tray icon, a media player.
//
// The session sees a connection of ours with a name of our making, and on it only the interfaces, methods, properties
// and signals of a table. What the session calls goes to the app and back; what the app announces goes out. The app's
// properties pass a portal's hands on the way, which says who it is and takes out what a desktop must not be led to
// open. There is no way from here into the session: the app cannot call anything.

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "portals/desktop/bus.h"

namespace latchkey::desktop {

// Of one interface, what may pass.
struct Shape {
  std::set<std::string> methods = {};
  std::set<std::string> signals = {};
  bool properties = false;
  std::set<std::string> writable = {};
};
using Shapes = std::map<std::string, Shape>;

struct ExportOrder {
  std::string name;   // On the session's bus.
  std::string owner;  // Unique name on the app's.
  Shapes shapes;
  // What is shown of an interface's properties. Called with all that are about to be.
  std::function<void(const std::string& interface, Options& properties)> dress = {};
};

class Export final : private kj::TaskSet::ErrorHandler {
public:
  // `session`: a connection of its own. `inside`: the app's bus; outlives this.
  Export(kj::Own<Bus> session, Bus& inside, kj::Timer& timer, ExportOrder order);
  ~Export() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Export);

  const std::string& name() const { return m_order.name; }
  const std::string& owner() const { return m_order.owner; }
  Bus& session() { return *m_session; }

  // Resolves when the name is ours and the objects can be called. Fails if it is not to be had.
  kj::Promise<void> start();
  // Resolves when the session's bus has gone.
  kj::Promise<void> gone() { return m_gone.addBranch(); }

private:
  void handle(kj::Own<Call> call);
  kj::Promise<void> pass(kj::Own<Call> call);
  kj::Promise<Value::List> passed(const Message& message);
  kj::Promise<Value::List> property(const Message& message);
  const Shape* shapeOf(const std::string& interface) const;
  void announce(const Message& message);
  Value dressed(const std::string& interface, Value properties) const;
  void taskFailed(kj::Exception&& exception) override;

  kj::Own<Bus> m_session;
  Bus& m_inside;
  kj::Timer& m_timer;
  ExportOrder m_order;
  kj::Maybe<kj::Own<Bus::Match>> m_announcements;
  std::deque<kj::TimePoint> m_recent;  // Announcements of the last second.
  unsigned m_calls = 0;
  kj::TaskSet m_tasks;
  kj::ForkedPromise<void> m_gone;
};

}  // namespace latchkey::desktop
