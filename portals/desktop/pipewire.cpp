// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/pipewire.h"

#include <kj/debug.h>
#include <pipewire/impl.h>
#include <pipewire/pipewire.h>
#include <string.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr auto PATIENCE = 5 * kj::SECONDS;
constexpr int EVENTS_A_TURN = 256;
constexpr char CLIENT_NODE[] = PW_TYPE_INFO_INTERFACE_BASE "ClientNode";

std::string orEmpty(const char* text) { return text == nullptr ? "" : text; }

std::string found(const spa_dict* properties, const char* key) {
  return properties == nullptr ? "" : orEmpty(spa_dict_lookup(properties, key));
}

// The socket on which clients keep the rights they are given.
std::string managersSocket() {
  auto named = getenv("PIPEWIRE_REMOTE");
  return (named == nullptr || *named == '\0' ? std::string("pipewire-0") : std::string(named)) + "-manager";
}

}  // namespace

// libpipewire's loop, turned by ours.
class PipeWire::Loop {
public:
  explicit Loop(kj::UnixEventPort& events) : m_events(events) {}

  ~Loop() noexcept(false) {
    m_turning = nullptr;
    m_observer = nullptr;
    if (m_context != nullptr) pw_context_destroy(m_context);
    if (m_loop == nullptr) return;
    pw_loop_leave(m_loop);
    pw_loop_destroy(m_loop);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Loop);

  // Made at the first use: most apps never look at a screen.
  pw_context* context() {
    if (m_context != nullptr) return m_context;
    if (m_loop == nullptr) {
      pw_init(nullptr, nullptr);
      m_loop = KJ_REQUIRE_NONNULL(orNothing(pw_loop_new(nullptr)), "no loop for PipeWire");
      pw_loop_enter(m_loop);
      m_observer = kj::heap<kj::UnixEventPort::FdObserver>(m_events, pw_loop_get_fd(m_loop),
                                                           kj::UnixEventPort::FdObserver::OBSERVE_READ);
      m_turning = turn().eagerlyEvaluate(
          [](kj::Exception&& exception) { logWarning("PipeWire is not served: " + reason(exception)); });
    }
    auto properties = pw_properties_new(PW_KEY_CONFIG_NAME, "null", PW_KEY_APP_NAME, "Latchkey", nullptr);
    auto context = pw_context_new(m_loop, properties, 0);
    m_context = KJ_REQUIRE_NONNULL(orNothing(context), "no context for PipeWire");
    pw_context_load_module(m_context, "libpipewire-module-protocol-native", nullptr, nullptr);
    return m_context;
  }

private:
  template <typename T>
  static kj::Maybe<T*> orNothing(T* pointer) {
    if (pointer == nullptr) return nullptr;
    return pointer;
  }

  kj::Promise<void> turn() {
    for (;;) {
      int handled = 0;
      int result = 0;
      while (handled < EVENTS_A_TURN && (result = pw_loop_iterate(m_loop, 0)) > 0) handled += result;
      if (result < 0) KJ_FAIL_REQUIRE("PipeWire's loop", strerror(-result));
      if (result > 0) {
        co_await kj::evalLater([] {});
      } else {
        co_await KJ_ASSERT_NONNULL(m_observer)->whenBecomesReadable();
      }
    }
  }

  kj::UnixEventPort& m_events;
  pw_loop* m_loop = nullptr;
  pw_context* m_context = nullptr;
  kj::Maybe<kj::Own<kj::UnixEventPort::FdObserver>> m_observer;
  kj::Promise<void> m_turning = nullptr;
};

// One connection, and what there is as it sees it.
class PipeWire::Connection {
public:
  struct Global {
    std::string type;
    std::map<std::string, std::string> properties;
    std::string property(const char* key) const {
      auto found = properties.find(key);
      return found == properties.end() ? "" : found->second;
    }
  };

  // `app`: for whom. Empty: for ourselves.
  Connection(Loop& loop, kj::Timer& timer, const std::string& app) : m_timer(timer) {
    auto properties = pw_properties_new(PW_KEY_REMOTE_NAME, managersSocket().c_str(), nullptr);
    if (!app.empty()) pw_properties_set(properties, "pipewire.access.portal.app_id", app.c_str());
    m_core = pw_context_connect(loop.context(), properties, 0);
    KJ_REQUIRE(m_core != nullptr, "there is no PipeWire here", strerror(errno));
    pw_core_add_listener(m_core, &m_coreHook, &CORE_EVENTS, this);
    m_registry = pw_core_get_registry(m_core, PW_VERSION_REGISTRY, 0);
    pw_registry_add_listener(m_registry, &m_registryHook, &REGISTRY_EVENTS, this);
  }

  virtual ~Connection() noexcept(false) {
    if (m_core == nullptr) return;
    spa_hook_remove(&m_registryHook);
    spa_hook_remove(&m_coreHook);
    pw_proxy_destroy(reinterpret_cast<pw_proxy*>(m_registry));
    pw_core_disconnect(m_core);
  }
  KJ_DISALLOW_COPY_AND_MOVE(Connection);

  const std::map<uint32_t, Global>& globals() const { return m_globals; }
  bool broken() const { return !m_fault.empty(); }

  // Resolves when the other side has done all that was asked of it so far.
  kj::Promise<void> roundTrip() {
    KJ_REQUIRE(m_fault.empty(), "PipeWire", m_fault);
    auto pair = kj::newPromiseAndFulfiller<void>();
    m_waiting[pw_core_sync(m_core, PW_ID_CORE, 0)] = kj::mv(pair.fulfiller);
    return m_timer.timeoutAfter(PATIENCE, kj::mv(pair.promise));
  }

  // This client's own number among all.
  uint32_t client() { return pw_proxy_get_bound_id(reinterpret_cast<pw_proxy*>(pw_core_get_client(m_core))); }

  // Of all there is only this, from now on and for whatever comes.
  void limitTo(const std::vector<uint32_t>& nodes) {
    std::vector<pw_permission> permissions{PW_PERMISSION_INIT(PW_ID_CORE, PW_PERM_RWX)};
    for (auto& [id, global] : m_globals) {
      if (global.type == PW_TYPE_INTERFACE_Factory && global.property(PW_KEY_FACTORY_TYPE_NAME) == CLIENT_NODE)
        permissions.push_back(PW_PERMISSION_INIT(id, PW_PERM_R));
    }
    for (auto id : nodes) {
      auto known = m_globals.find(id);
      bool isNode = known != m_globals.end() && known->second.type == PW_TYPE_INTERFACE_Node;
      KJ_REQUIRE(isNode, "what the desktop gave is no stream", id);
      permissions.push_back(PW_PERMISSION_INIT(id, PW_PERM_RWX));
    }
    permissions.push_back(PW_PERMISSION_INIT(PW_ID_ANY, 0));
    pw_client_update_permissions(pw_core_get_client(m_core), static_cast<uint32_t>(permissions.size()),
                                 permissions.data());
  }

  // The connection is the caller's.
  kj::AutoCloseFd release() {
    int fd = pw_core_steal_fd(m_core);
    KJ_REQUIRE(fd >= 0, "PipeWire gives no connection away", strerror(-fd));
    return kj::AutoCloseFd(fd);
  }

  void destroy(uint32_t id) {
    if (!broken()) pw_registry_destroy(m_registry, id);
  }

protected:
  virtual void removed(uint32_t) {}
  virtual void lost() {}

private:
  static void onDone(void* self, uint32_t id, int sequence) {
    if (id != PW_ID_CORE) return;
    auto& waiting = static_cast<Connection*>(self)->m_waiting;
    auto found = waiting.find(sequence);
    if (found == waiting.end()) return;
    auto fulfiller = kj::mv(found->second);
    waiting.erase(found);
    fulfiller->fulfill();
  }

  // Of the connection; what a single object complains about ends nothing.
  static void onError(void* self, uint32_t id, int, int result, const char* message) {
    if (id != PW_ID_CORE || result == -ENOENT) return;
    auto& connection = *static_cast<Connection*>(self);
    connection.m_fault = orEmpty(message) + ": " + strerror(-result);
    for (auto& [sequence, fulfiller] : connection.m_waiting)
      fulfiller->reject(KJ_EXCEPTION(DISCONNECTED, "PipeWire", connection.m_fault));
    connection.m_waiting.clear();
    connection.lost();
  }

  static void onGlobal(void* self, uint32_t id, uint32_t, const char* type, uint32_t, const spa_dict* properties) {
    Global global{.type = type, .properties = {}};
    for (auto key : {PW_KEY_FACTORY_TYPE_NAME, PW_KEY_MEDIA_CLASS, PW_KEY_MEDIA_ROLE, PW_KEY_OBJECT_SERIAL})
      global.properties[key] = found(properties, key);
    static_cast<Connection*>(self)->m_globals[id] = kj::mv(global);
  }

  static void onGlobalRemoved(void* self, uint32_t id) {
    auto& connection = *static_cast<Connection*>(self);
    connection.m_globals.erase(id);
    connection.removed(id);
  }

  static const pw_core_events CORE_EVENTS;
  static const pw_registry_events REGISTRY_EVENTS;

  kj::Timer& m_timer;
  pw_core* m_core = nullptr;
  pw_registry* m_registry = nullptr;
  spa_hook m_coreHook{};
  spa_hook m_registryHook{};
  std::map<uint32_t, Global> m_globals;
  std::map<int, kj::Own<kj::PromiseFulfiller<void>>> m_waiting;
  std::string m_fault;
};

const pw_core_events PipeWire::Connection::CORE_EVENTS = [] {
  pw_core_events events{};
  events.version = PW_VERSION_CORE_EVENTS;
  events.done = onDone;
  events.error = onError;
  return events;
}();

const pw_registry_events PipeWire::Connection::REGISTRY_EVENTS = [] {
  pw_registry_events events{};
  events.version = PW_VERSION_REGISTRY_EVENTS;
  events.global = onGlobal;
  events.global_remove = onGlobalRemoved;
  return events;
}();

// Ours, that sees all and outlives what it gave.
class PipeWire::Manager final : public Connection {
public:
  Manager(Loop& loop, kj::Timer& timer) : Connection(loop, timer, "") {}

  kj::Promise<void> ready() {
    if (m_ready == nullptr) m_ready = roundTrip().fork();
    return KJ_ASSERT_NONNULL(m_ready).addBranch();
  }

  // Numbers are given again, so that each client is also counted.
  uint64_t adopt(uint32_t client) {
    KJ_REQUIRE(globals().contains(client), "it has gone already");
    auto pair = kj::newPromiseAndFulfiller<void>();
    m_adopted[client] = {++m_count, kj::mv(pair.fulfiller), pair.promise.fork()};
    return m_count;
  }

  kj::Promise<void> whenGone(uint32_t client, uint64_t number) {
    auto found = m_adopted.find(client);
    if (found == m_adopted.end() || found->second.number != number) return kj::READY_NOW;
    return found->second.gone.addBranch();
  }

  void end(uint32_t client, uint64_t number) {
    auto found = m_adopted.find(client);
    if (found != m_adopted.end() && found->second.number == number) destroy(client);
  }

private:
  struct Adopted {
    uint64_t number = 0;
    kj::Own<kj::PromiseFulfiller<void>> fulfiller = {};
    kj::ForkedPromise<void> gone = nullptr;
  };

  void removed(uint32_t id) override {
    auto found = m_adopted.find(id);
    if (found == m_adopted.end()) return;
    found->second.fulfiller->fulfill();
    m_adopted.erase(found);
  }

  void lost() override {
    for (auto& [id, one] : m_adopted) one.fulfiller->fulfill();
    m_adopted.clear();
  }

  kj::Maybe<kj::ForkedPromise<void>> m_ready;
  std::map<uint32_t, Adopted> m_adopted;
  uint64_t m_count = 0;
};

PipeWire::PipeWire(kj::UnixEventPort& events, kj::Timer& timer) : m_timer(timer), m_loop(kj::heap<Loop>(events)) {}

PipeWire::~PipeWire() noexcept(false) { m_manager = nullptr; }

kj::Promise<PipeWire::Manager*> PipeWire::manager() {
  if (m_manager == nullptr || m_manager->broken()) m_manager = std::make_shared<Manager>(*m_loop, m_timer);
  auto manager = m_manager;
  try {
    co_await manager->ready();
  } catch (const kj::Exception&) {
    if (m_manager == manager) m_manager = nullptr;
    throw;
  }
  co_return manager.get();
}

kj::Promise<PipeWire::Opened> PipeWire::open(std::string app, std::vector<uint32_t> nodes) {
  KJ_REQUIRE(!nodes.empty(), "nothing to show");
  co_await manager();
  auto connection = kj::heap<Connection>(*m_loop, m_timer, app.empty() ? "-" : app);
  co_await connection->roundTrip();
  connection->limitTo(nodes);
  co_await connection->roundTrip();
  auto client = connection->client();
  auto managing = m_manager;
  KJ_REQUIRE(managing != nullptr && !managing->broken(), "PipeWire has gone");
  co_await managing->roundTrip();  // It knows of this client now, and hears when it goes.
  auto remote = kj::heap<Remote>(managing, client, managing->adopt(client));
  co_return Opened{connection->release(), kj::mv(remote)};
}

kj::Promise<std::map<uint32_t, uint64_t>> PipeWire::serials(std::vector<uint32_t> nodes) {
  co_await manager();
  auto managing = m_manager;
  KJ_REQUIRE(managing != nullptr, "PipeWire has gone");
  co_await managing->roundTrip();  // What was made for this very session is known now.
  std::map<uint32_t, uint64_t> serials;
  for (auto id : nodes) {
    auto known = managing->globals().find(id);
    if (known == managing->globals().end() || known->second.type != PW_TYPE_INTERFACE_Node) continue;
    auto text = known->second.property(PW_KEY_OBJECT_SERIAL);
    uint64_t serial = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), serial).ec == std::errc()) serials[id] = serial;
  }
  co_return serials;
}

kj::Promise<std::vector<uint32_t>> PipeWire::cameras() {
  auto& manager = *co_await this->manager();
  std::vector<uint32_t> cameras;
  for (auto& [id, global] : manager.globals()) {
    if (global.type == PW_TYPE_INTERFACE_Node && global.property(PW_KEY_MEDIA_CLASS) == "Video/Source" &&
        global.property(PW_KEY_MEDIA_ROLE) == "Camera")
      cameras.push_back(id);
  }
  co_return cameras;
}

PipeWire::Remote::Remote(std::weak_ptr<Manager> manager, uint32_t client, uint64_t number)
    : m_manager(std::move(manager)), m_client(client), m_number(number) {}

PipeWire::Remote::~Remote() noexcept(false) {
  auto manager = m_manager.lock();
  if (manager != nullptr) manager->end(m_client, m_number);
}

kj::Promise<void> PipeWire::Remote::gone() {
  auto manager = m_manager.lock();
  if (manager == nullptr) return kj::READY_NOW;
  return manager->whenGone(m_client, m_number);
}

}  // namespace latchkey::desktop
