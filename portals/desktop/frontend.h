// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The portals of one app, on its own bus.
//
// A portal is a table: what it is called, its methods with the signatures they take and give, its properties. The table
// is what introspection shows and what calls are held against; a portal's own code only sees arguments of the right
// types. Who calls is not looked up: the app is whoever is on this bus. A request or a session, though, belongs to the
// connection that made it, and another one of the same bus cannot close it or read its answer.
//
// Requests end in exactly one of these ways, and each takes down what is on the screen for it: answered, closed by the
// app, its connection gone, its limit passed (cancelled), the backend that shows it gone (cancelled, too: for the app
// it is as when the person closes what was shown, and no fault that it should tell).

#include <kj/async.h>
#include <kj/timer.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "portals/desktop/app.h"
#include "portals/desktop/bus.h"
#include "portals/desktop/desk.h"

namespace latchkey::desktop {

constexpr char DESKTOP_PATH[] = "/org/freedesktop/portal/desktop";
constexpr char DOCUMENTS_PATH[] = "/org/freedesktop/portal/documents";

namespace error {
constexpr char FAILED[] = "org.freedesktop.portal.Error.Failed";
constexpr char INVALID[] = "org.freedesktop.portal.Error.InvalidArgument";
constexpr char NOT_FOUND[] = "org.freedesktop.portal.Error.NotFound";
constexpr char EXISTS[] = "org.freedesktop.portal.Error.Exists";
constexpr char NOT_ALLOWED[] = "org.freedesktop.portal.Error.NotAllowed";
constexpr char CANCELLED[] = "org.freedesktop.portal.Error.Cancelled";
constexpr char LIMIT[] = "org.freedesktop.DBus.Error.LimitsExceeded";
constexpr char ACCESS[] = "org.freedesktop.DBus.Error.AccessDenied";
constexpr char UNKNOWN_METHOD[] = "org.freedesktop.DBus.Error.UnknownMethod";
constexpr char UNKNOWN_OBJECT[] = "org.freedesktop.DBus.Error.UnknownObject";
constexpr char NO_REPLY[] = "org.freedesktop.DBus.Error.NoReply";  // It went, or its time was over.
constexpr char ARGUMENTS[] = "org.freedesktop.DBus.Error.InvalidArgs";
}  // namespace error

// How long a request stands.
constexpr auto REQUEST_LIMIT = 60 * kj::MINUTES;

// What a Request answers with.
struct Response {
  enum Code : uint32_t { Success = 0, Cancelled = 1, Other = 2 };
  Code code = Other;
  Options results = {};
  std::shared_ptr<void> held = {};  // Goes on after the answer, until the app closes the request or leaves.
};

// An object of the app's that stands until it is answered or closed.
class Request final {
public:
  Request(std::string path, std::string sender) : m_path(std::move(path)), m_sender(std::move(sender)) {}
  const std::string& path() const { return m_path; }
  const std::string& sender() const { return m_sender; }

private:
  std::string m_path;
  std::string m_sender;
};

// One that stands while something is in use. Ends with `ended`, which is called once, however it ends.
class Session final {
public:
  Session(std::string path, std::string sender, std::string interface)
      : m_path(std::move(path)), m_sender(std::move(sender)), m_interface(std::move(interface)) {}
  const std::string& path() const { return m_path; }
  const std::string& sender() const { return m_sender; }
  const std::string& interface() const { return m_interface; }  // Of the portal whose session it is.

  std::function<void()> ended;
  std::set<std::string> grants;  // What it stands on: it ends with any of them.
  Options state;                 // Whatever the portal keeps.

private:
  std::string m_path;
  std::string m_sender;
  std::string m_interface;
};

struct Method {
  std::string name;
  std::string in;
  std::string out;
  std::function<kj::Promise<Value::List>(Call&)> run;
};

struct Property {
  std::string name;
  std::string signature;
  std::function<kj::Promise<Value>()> read;
};

struct SignalShape {
  std::string name;
  std::string signature;
};

struct Interface {
  std::string name;  // Whole.
  uint32_t version = 1;
  std::vector<Method> methods = {};
  std::vector<Property> properties = {};
  std::vector<SignalShape> signals = {};
  std::string path = DESKTOP_PATH;
};

// One option of the many that portals take: what it is called, its type, and what else must be true of it. `check`
// throws what is wrong.
struct OptionRule {
  std::string key;
  std::string signature;
  std::function<void(const Value&)> check = {};
};
// What the table names, of the right type. Others are left out; a wrong one refuses the call.
Options filtered(const Options& options, const std::vector<OptionRule>& rules);
// As an argument of a{sv}.
Value asArgument(const Options& options);
std::string textOf(const Options& options, const std::string& key);
bool flagOf(const Options& options, const std::string& key, bool otherwise = false);

class Frontend final : private kj::TaskSet::ErrorHandler {
public:
  Frontend(Bus& bus, kj::Timer& timer, App app, Desk& desk);
  ~Frontend() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Frontend);

  const App& app() const { return m_app; }
  Desk& desk() { return m_desk; }
  Bus& bus() { return m_bus; }
  kj::Timer& timer() { return m_timer; }

  // Not if it is taken away from this app.
  void add(Interface interface);
  // What a portal keeps for this app. Dropped with the frontend, after everything that runs.
  template <typename State>
  State& keep(std::shared_ptr<State> state) {
    m_kept.push_back(state);
    return *state;
  }
  // What is called on paths that begin so is `handler`'s, whatever it is.
  void serveBelow(std::string path, std::function<void(kj::Own<Call>)> handler) {
    m_handlers.emplace_back(std::move(path), std::move(handler));
  }
  // A bus name that comes with what was added.
  void claim(std::string name) { m_names.push_back(std::move(name)); }
  // Takes the names. Resolves when they are had; the app's calls are served from then on.
  kj::Promise<void> start();

  // Makes the Request that `call` asks for and returns what the method answers: its path. `work` goes on by itself, and
  // its response is sent when it is done.
  using Work = std::function<kj::Promise<Response>(const Request&)>;
  // Whom the answer matters to. What is opened elsewhere is as good when who asked has gone meanwhile: `xdg-open` asks
  // and ends.
  enum class For { Caller, Person };
  // `otherwise`: what every response has, however the request ends, where `work` does not say it.
  Value::List request(Call& call, const Options& options, Work work, For whom = For::Caller, Options otherwise = {});

  // Sessions. The options name a token; the key is that of the portal's own method.
  Session& openSession(Call& call, const Options& options, const std::string& interface);
  // The session of that path, if it is the caller's and of that interface. Throws the bus error otherwise.
  Session& sessionOf(const Call& call, const std::string& path, const std::string& interface);
  kj::Maybe<Session&> findSession(const std::string& path);
  // Tells its owner, and calls `ended`.
  void closeSession(const std::string& path);

  // Resolve when a connection of the app's has gone, when a grant has ended. Never for no grant.
  kj::Promise<void> whenGone(const std::string& guest);
  // `since`: endings() before the grant was asked for, so that one that ended on the way is not waited for in vain.
  kj::Promise<void> whenGrantEnds(const std::string& grant, uint64_t since);

  // A grant has ended: so does what stands on it.
  void grantEnded(const std::string& grant);
  // An answer may cross the end of the grant it tells of: who asks remembers how many have ended so far.
  uint64_t endings() const { return m_forgotten + m_endings.size(); }
  bool endedSince(uint64_t ending, const std::string& grant) const;
  // Something that goes on until it is done.
  void inBackground(kj::Promise<void> work) { m_tasks.add(kj::mv(work)); }
  void signal(const std::string& interface, const std::string& member, const Value::List& arguments,
              const std::string& destination = "", const std::string& path = DESKTOP_PATH);

private:
  struct Running;
  void handle(kj::Own<Call> call);
  kj::Promise<void> answer(kj::Own<Call> call, const Method& method);
  bool handleStandard(Call& call);
  void handleProperties(kj::Own<Call> call);
  kj::Promise<void> readProperties(kj::Own<Call> call, const Interface& interface, std::string name);
  void handleObject(Call& call);
  std::string introspection(const std::string& path) const;
  std::string objectPath(const char* kind, const Call& call, const std::string& token) const;
  kj::Promise<void> run(std::string path);
  void guestLeft(const std::string& sender);
  const Interface* find(const std::string& path, const std::string& name) const;
  void taskFailed(kj::Exception&& exception) override;

  Bus& m_bus;
  kj::Timer& m_timer;
  App m_app;
  Desk& m_desk;
  struct Waiting {
    std::string what;  // A guest, a grant.
    kj::Own<kj::PromiseFulfiller<void>> fulfiller;
  };
  kj::Promise<void> when(std::string what);
  void happened(const std::string& what);

  std::vector<std::string> m_names{"org.freedesktop.portal.Desktop", "org.freedesktop.portal.Documents"};
  std::vector<std::shared_ptr<void>> m_kept;
  std::vector<Waiting> m_waiting;
  std::vector<std::unique_ptr<Interface>> m_interfaces;
  std::vector<std::pair<std::string, std::function<void(kj::Own<Call>)>>> m_handlers;
  std::map<std::string, kj::Own<Running>> m_requests;
  std::map<std::string, kj::Own<Session>> m_sessions;
  kj::Maybe<kj::Own<Bus::Match>> m_guests;
  std::deque<std::string> m_endings;  // Grants.
  uint64_t m_forgotten = 0;
  unsigned m_calls = 0;  // Being answered.
  kj::TaskSet m_tasks;
};

}  // namespace latchkey::desktop
