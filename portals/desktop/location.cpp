// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Location: where one is, from GeoClue on the system's bus. Our question comes first, and before
// it the service is not even spoken to.
//
// The service may say it finer than it was asked for; what an app hears is no finer than what it asked. It ends with
// the session, so with the grant, and is shown as in use until then.

#include <cmath>

#include "broker/base/log.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Location";
constexpr char RIGHT[] = "location";
constexpr char SERVICE[] = "org.freedesktop.GeoClue2";
constexpr char MANAGER[] = "org.freedesktop.GeoClue2.Manager";
constexpr char MANAGER_PATH[] = "/org/freedesktop/GeoClue2/Manager";
constexpr char CLIENT[] = "org.freedesktop.GeoClue2.Client";
constexpr char PLACE[] = "org.freedesktop.GeoClue2.Location";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";

// By what the portal calls them: none, country, city, neighbourhood, street, exact.
struct Accuracy {
  uint32_t level;  // GeoClue's.
  double degrees;  // Of the grid it is said on; 0: as it is.
  double metres;   // That it is sure of at best.
};
constexpr Accuracy ACCURACIES[] = {{0, 1, 100'000},  {1, 1, 100'000}, {4, 0.1, 10'000},
                                   {5, 0.02, 2'000}, {6, 0.002, 200}, {8, 0, 0}};
constexpr size_t EXACT = 5;

void checkAccuracy(const Value& accuracy) {
  if (accuracy.asNumber() > EXACT) throwBusError(error::INVALID, "invalid accuracy level");
}

const std::vector<OptionRule> RULES{
    {"distance-threshold", "u"}, {"time-threshold", "u"}, {"accuracy", "u", checkAccuracy}};
const std::vector<OptionRule> NOTHING{};

kj::Maybe<double> numberIn(const Options& options, const char* key) {
  auto found = options.find(key);
  if (found == options.end()) return nullptr;
  switch (found->second.type()) {
    case 'd': return std::isfinite(found->second.asReal()) ? kj::Maybe<double>(found->second.asReal()) : nullptr;
    case 'i': return static_cast<double>(found->second.asSigned());
    case 'u': return static_cast<double>(found->second.asNumber());
    default: return nullptr;
  }
}

// What an app hears of it. Nothing if it is not somewhere.
kj::Maybe<Options> heard(const Options& place, const Accuracy& accuracy) {
  Options result;
  bool whole = true;
  auto coordinate = [&](const char* key, double most) {
    auto number = numberIn(place, key);
    KJ_IF_MAYBE (at, number) {
      whole = whole && std::abs(*at) <= most;
      result[key] = Value(accuracy.degrees > 0 ? std::round(*at / accuracy.degrees) * accuracy.degrees : *at);
    } else {
      whole = false;
    }
  };
  coordinate("Latitude", 90);
  coordinate("Longitude", 180);
  if (!whole) return nullptr;
  auto sure = numberIn(place, "Accuracy");
  KJ_IF_MAYBE (metres, sure) result["Accuracy"] = Value(std::max(*metres, accuracy.metres));
  if (accuracy.degrees == 0) {
    for (auto key : {"Altitude", "Speed", "Heading"}) {
      auto number = numberIn(place, key);
      KJ_IF_MAYBE (value, number) result[key] = Value(*value);
    }
  }
  auto time = place.find("Timestamp");
  if (time != place.end() && time->second.is("(tt)")) result.insert(*time);
  return kj::mv(result);
}

uint32_t numberOf(const Options& options, const char* key, uint32_t otherwise = 0) {
  auto found = options.find(key);
  return found == options.end() ? otherwise : static_cast<uint32_t>(found->second.asNumber());
}

class Whereabouts {
public:
  Whereabouts(Frontend& frontend, Bus& system) : m_frontend(frontend), m_system(system) {
    auto rule =
        std::string("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='") + SERVICE + "'";
    m_owners = m_system.match(rule, [this](const Message& message) {
      if (message.signature == "sss" && message.arguments[2].asText().empty()) serviceGone();
    });
  }

  kj::Promise<Value::List> create(Call& call) {
    auto all = call.argument(0).asDictionary();
    auto options = filtered(all, RULES);
    auto& session = m_frontend.openSession(call, all, INTERFACE);
    auto watch = std::make_shared<Watch>();
    watch->path = session.path();
    watch->sender = session.sender();
    watch->options = std::move(options);
    session.ended = [this, watch] { ended(watch); };
    m_watches[watch->path] = watch;
    return Value::List{Value::path(watch->path)};
  }

  kj::Promise<Value::List> start(Call& call) {
    auto all = call.argument(2).asDictionary();
    filtered(all, NOTHING);
    auto& session = m_frontend.sessionOf(call, call.argument(0).asText(), INTERFACE);
    auto watch = m_watches.at(session.path());
    if (watch->asked) throwBusError(error::FAILED, "Can only start once");
    auto parent = parentWindow(call.argument(1));
    watch->asked = true;
    return m_frontend.request(call, all,
                              [this, watch, parent](const Request& request) { return begin(request, watch, parent); });
  }

private:
  struct Watch {
    std::string path, sender;
    Options options;
    bool asked = false;
    bool stands = true;
    std::string client;  // The service's object; empty: none yet.
    bool shared = false;
    kj::Own<Bus::Match> updates;
    kj::Own<void> use;
  };
  using WatchRef = std::shared_ptr<Watch>;

  static const Accuracy& accuracyOf(const Watch& watch) {
    return ACCURACIES[std::min<size_t>(numberOf(watch.options, "accuracy", EXACT), EXACT)];
  }

  kj::Promise<Response> begin(const Request& request, WatchRef watch, std::string parent) {
    auto before = m_frontend.endings();
    auto permission = co_await m_frontend.desk().permitFor(askingFor(request, parent, {}), RIGHT, "");
    if (!permission.granted || !watch->stands || m_frontend.endedSince(before, permission.grant))
      co_return Response{Response::Cancelled};
    auto session = m_frontend.findSession(watch->path);
    KJ_IF_MAYBE (open, session) {
      if (!permission.grant.empty()) open->grants.insert(permission.grant);
    }
    try {
      co_await follow(watch);
    } catch (const kj::Exception& exception) {
      logInfo("nobody says where this is: " + reason(exception));
      co_return Response{Response::Other};
    }
    if (!watch->stands) co_return Response{Response::Other};
    watch->use = m_frontend.desk().use(RIGHT, permission.grant);
    m_frontend.desk().used(RIGHT, "started");
    co_return Response{Response::Success};
  }

  kj::Promise<void> follow(WatchRef watch) {
    auto client = co_await newClient(watch);
    if (!watch->stands) co_return leave(*watch, client);
    watch->client = client;
    watch->updates = m_system.match(std::string("type='signal',sender='") + SERVICE + "',path='" + client +
                                        "',interface='" + CLIENT + "',member='LocationUpdated'",
                                    [this, watch](const Message& message) {
                                      if (message.signature == "oo")
                                        m_frontend.inBackground(tell(watch, message.arguments[1].asText()));
                                    });
    // Not waited for: it does not start for who has no id, and finer than wished is cut here.
    set(client, "DesktopId", m_frontend.app().id);
    set(client, "DistanceThreshold", numberOf(watch->options, "distance-threshold"));
    set(client, "TimeThreshold", numberOf(watch->options, "time-threshold"));
    set(client, "RequestedAccuracyLevel", accuracyOf(*watch).level);
    co_await ask(client, CLIENT, "Start");
  }

  // One for each, so that no app's wishes are another's. Old services have one for all that we ask: then one app at a
  // time.
  kj::Promise<std::string> newClient(WatchRef watch) {
    try {
      auto answer = co_await ask(MANAGER_PATH, MANAGER, "CreateClient");
      co_return pathIn(answer);
    } catch (const kj::Exception& exception) {
      if (busErrorName(exception) != error::UNKNOWN_METHOD) throw;
    }
    if (m_sharedIsTaken) KJ_FAIL_REQUIRE("the service has one client for all, and it is in use");
    m_sharedIsTaken = watch->shared = true;
    KJ_ON_SCOPE_FAILURE(m_sharedIsTaken = false);
    auto answer = co_await ask(MANAGER_PATH, MANAGER, "GetClient");
    co_return pathIn(answer);
  }

  static std::string pathIn(const Message& answer) {
    KJ_REQUIRE(answer.signature == "o", "the service gave a wrong answer");
    return answer.arguments[0].asText();
  }

  kj::Promise<Message> ask(std::string path, const char* interface, const char* member, Value::List arguments = {}) {
    return m_system.call({.destination = SERVICE,
                          .path = std::move(path),
                          .interface = interface,
                          .member = member,
                          .arguments = std::move(arguments)});
  }

  void set(const std::string& client, const char* property, Value value) {
    m_system.tell({.destination = SERVICE,
                   .path = client,
                   .interface = PROPERTIES,
                   .member = "Set",
                   .arguments = {CLIENT, property, Value::variant(std::move(value))}});
  }

  kj::Promise<void> tell(WatchRef watch, std::string place) {
    try {
      auto answer = co_await ask(place, PROPERTIES, "GetAll", {PLACE});
      if (!watch->stands || answer.signature != "a{sv}") co_return;
      auto said = heard(answer.arguments[0].asDictionary(), accuracyOf(*watch));
      KJ_IF_MAYBE (location, said) {
        m_frontend.signal(INTERFACE, "LocationUpdated", {Value::path(watch->path), asArgument(*location)},
                          watch->sender);
      }
    } catch (const kj::Exception& exception) {
      // It may have gone for the next one meanwhile.
      logDebug("a place that is no more: " + reason(exception));
    }
  }

  void ended(const WatchRef& watch) {
    watch->stands = false;
    watch->updates = nullptr;
    if (watch->use.get() != nullptr) m_frontend.desk().used(RIGHT, "ended");
    watch->use = nullptr;
    if (!watch->client.empty()) leave(*watch, watch->client);
    m_watches.erase(watch->path);
  }

  void leave(Watch& watch, const std::string& client) {
    m_system.tell({.destination = SERVICE, .path = client, .interface = CLIENT, .member = "Stop"});
    if (watch.shared) {
      m_sharedIsTaken = false;
      return;
    }
    m_system.tell({.destination = SERVICE,
                   .path = MANAGER_PATH,
                   .interface = MANAGER,
                   .member = "DeleteClient",
                   .arguments = {Value::path(client)}});
  }

  void serviceGone() {
    std::vector<std::string> lost;
    for (auto& [path, watch] : m_watches) {
      if (!watch->client.empty()) lost.push_back(path);
    }
    for (auto& path : lost) m_frontend.closeSession(path);
  }

  Frontend& m_frontend;
  Bus& m_system;
  kj::Own<Bus::Match> m_owners;
  std::map<std::string, WatchRef> m_watches;
  bool m_sharedIsTaken = false;
};

}  // namespace

void addLocation(Frontend& frontend, SystemState& system) {
  auto bus = system.bus();
  KJ_IF_MAYBE (there, bus) {
    auto& portal = frontend.keep(std::make_shared<Whereabouts>(frontend, *there));
    frontend.add({.name = INTERFACE,
                  .version = 1,
                  .methods = {{"CreateSession", "a{sv}", "o", [&portal](Call& call) { return portal.create(call); }},
                              {"Start", "osa{sv}", "o", [&portal](Call& call) { return portal.start(call); }}},
                  .signals = {{"LocationUpdated", "oa{sv}"}}});
  }
}

}  // namespace latchkey::desktop
