// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the session's default microphone hears goes out as samples. Nothing comes in: the app at the other end of the
// socket cannot say anything.
//
// - What the desktop names as the default may be what others play: where there is no microphone, session managers take
//   a loudspeaker's monitor. So it is recorded only if it is a source, and by its number.
// - Before the first sample this connection gives up seeing anything but that node. It is made on the manager's socket,
//   where it keeps no more than what it leaves itself (portals/desktop/pipewire.h says why).
// - Another default, or this one gone: it ends, and is started anew.

#include <pipewire/extensions/metadata.h>
#include <pipewire/impl.h>
#include <pipewire/pipewire.h>
#include <spa/utils/json.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "launcher/sound/trades.h"

namespace latchkey::sound {
namespace {

constexpr uint32_t PIECE = 1024 * FRAME;  // Small enough to be taken whole or not at all.
constexpr char CLIENT_NODE[] = PW_TYPE_INFO_INTERFACE_BASE "ClientNode";
constexpr const char* SOURCES[] = {"Audio/Source", "Audio/Source/Virtual", "Audio/Duplex"};

std::string found(const spa_dict* properties, const char* key) {
  auto value = properties == nullptr ? nullptr : spa_dict_lookup(properties, key);
  return value == nullptr ? "" : value;
}

class Recorder {
public:
  explicit Recorder(const char* app) : m_app(app), m_loop(pw_main_loop_new(nullptr)) {}

  int run() {
    m_context = pw_context_new(pw_main_loop_get_loop(m_loop), nullptr, 0);
    if (m_context == nullptr) return 1;
    m_core = pw_context_connect(m_context, pw_properties_new(PW_KEY_APP_NAME, m_app, nullptr), 0);
    if (m_core == nullptr) return 1;
    m_coreEvents.version = PW_VERSION_CORE_EVENTS;
    m_coreEvents.error = [](void* self, uint32_t id, int, int result, const char*) {
      if (id == PW_ID_CORE && result != -ENOENT) static_cast<Recorder*>(self)->end();
    };
    m_coreEvents.done = [](void* self, uint32_t id, int sequence) {
      if (id == PW_ID_CORE) static_cast<Recorder*>(self)->done(sequence);
    };
    pw_core_add_listener(m_core, &m_coreHook, &m_coreEvents, this);
    m_registryEvents.version = PW_VERSION_REGISTRY_EVENTS;
    m_registryEvents.global = [](void* self, uint32_t id, uint32_t, const char* type, uint32_t,
                                 const spa_dict* properties) {
      static_cast<Recorder*>(self)->appeared(id, type, properties);
    };
    m_registryEvents.global_remove = [](void* self, uint32_t id) { static_cast<Recorder*>(self)->vanished(id); };
    m_registry = pw_core_get_registry(m_core, PW_VERSION_REGISTRY, 0);
    pw_registry_add_listener(m_registry, &m_registryHook, &m_registryEvents, this);
    lookSoon();
    return pw_main_loop_run(m_loop);
  }

private:
  struct Source {
    std::string name, serial;
  };

  void end() { pw_main_loop_quit(m_loop); }

  void appeared(uint32_t id, const char* type, const spa_dict* properties) {
    std::string_view kind = type;
    if (kind == PW_TYPE_INTERFACE_Factory && found(properties, PW_KEY_FACTORY_TYPE_NAME) == CLIENT_NODE)
      m_factories.push_back(id);
    if (kind == PW_TYPE_INTERFACE_Metadata && m_metadata == nullptr && found(properties, "metadata.name") == "default")
      follow(id);
    if (kind != PW_TYPE_INTERFACE_Node) return;
    auto mediaClass = found(properties, PW_KEY_MEDIA_CLASS);
    if (std::ranges::find(SOURCES, mediaClass) == std::end(SOURCES)) return;
    m_sources[id] = {found(properties, PW_KEY_NODE_NAME), found(properties, PW_KEY_OBJECT_SERIAL)};
    lookSoon();
  }

  void vanished(uint32_t id) {
    m_sources.erase(id);
    if (m_stream != nullptr && id == m_source) end();
  }

  void follow(uint32_t id) {
    m_metadataId = id;
    m_metadata =
        static_cast<pw_metadata*>(pw_registry_bind(m_registry, id, PW_TYPE_INTERFACE_Metadata, PW_VERSION_METADATA, 0));
    m_metadataEvents.version = PW_VERSION_METADATA_EVENTS;
    m_metadataEvents.property = [](void* self, uint32_t, const char* key, const char*, const char* value) {
      if (key != nullptr && strcmp(key, "default.audio.source") == 0) static_cast<Recorder*>(self)->named(value);
      return 0;
    };
    pw_metadata_add_listener(m_metadata, &m_metadataHook, &m_metadataEvents, this);
    lookSoon();
  }

  void named(const char* value) {
    char name[256] = {};
    if (value != nullptr) spa_json_str_object_find(value, strlen(value), "name", name, sizeof name);
    if (m_stream != nullptr && m_default != name) return end();
    m_default = name;
    lookSoon();
  }

  // Once all that is on its way has come.
  void lookSoon() { m_awaited = pw_core_sync(m_core, PW_ID_CORE, 0); }
  void done(int sequence) {
    if (sequence != m_awaited || m_stream != nullptr) return;
    for (auto& [id, source] : m_sources) {
      if (m_default.empty() || source.name != m_default || source.serial.empty()) continue;
      m_source = id;
      return listen(source);
    }
  }

  void listen(const Source& source) {
    std::vector<pw_permission> permissions{PW_PERMISSION_INIT(PW_ID_CORE, PW_PERM_RWX),
                                           PW_PERMISSION_INIT(m_metadataId, PW_PERM_R),
                                           PW_PERMISSION_INIT(m_source, PW_PERM_R)};
    for (auto id : m_factories) permissions.push_back(PW_PERMISSION_INIT(id, PW_PERM_R));
    permissions.push_back(PW_PERMISSION_INIT(PW_ID_ANY, 0));
    pw_client_update_permissions(pw_core_get_client(m_core), static_cast<uint32_t>(permissions.size()),
                                 permissions.data());
    auto properties = pw_properties_new(
        PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture", PW_KEY_APP_NAME, m_app, PW_KEY_APP_ID, m_app,
        PW_KEY_NODE_NAME, m_app, PW_KEY_NODE_LATENCY, "1024/48000", PW_KEY_TARGET_OBJECT, source.serial.c_str(),
        PW_KEY_NODE_DONT_RECONNECT, "true", "node.dont-fallback", "true", "node.dont-move", "true", nullptr);
    m_stream = pw_stream_new(m_core, m_app, properties);
    if (m_stream == nullptr) return end();
    m_streamEvents.version = PW_VERSION_STREAM_EVENTS;
    m_streamEvents.state_changed = [](void* self, pw_stream_state, pw_stream_state now, const char*) {
      if (now == PW_STREAM_STATE_ERROR || now == PW_STREAM_STATE_UNCONNECTED) static_cast<Recorder*>(self)->end();
    };
    m_streamEvents.process = [](void* self) { static_cast<Recorder*>(self)->pass(); };
    pw_stream_add_listener(m_stream, &m_streamHook, &m_streamEvents, this);
    if (!connect(m_stream, PW_DIRECTION_INPUT, PW_STREAM_FLAG_AUTOCONNECT)) end();
  }

  // In the thread of the sound: what nobody takes in time is lost.
  void pass() {
    auto* buffer = pw_stream_dequeue_buffer(m_stream);
    if (buffer == nullptr) return;
    auto& data = buffer->buffer->datas[0];
    auto offset = std::min(data.chunk->offset, data.maxsize);
    auto size = std::min(data.chunk->size, data.maxsize - offset) / FRAME * FRAME;
    auto samples = static_cast<const char*>(data.data) + offset;
    for (uint32_t at = 0; data.data != nullptr && at < size; at += PIECE)
      send(SAMPLES, samples + at, std::min(PIECE, size - at), MSG_DONTWAIT | MSG_NOSIGNAL);
    pw_stream_queue_buffer(m_stream, buffer);
  }

  const char* m_app;
  pw_main_loop* m_loop;
  pw_context* m_context = nullptr;
  pw_core* m_core = nullptr;
  pw_registry* m_registry = nullptr;
  pw_metadata* m_metadata = nullptr;
  pw_stream* m_stream = nullptr;
  spa_hook m_coreHook{}, m_registryHook{}, m_metadataHook{}, m_streamHook{};
  pw_core_events m_coreEvents{};
  pw_registry_events m_registryEvents{};
  pw_metadata_events m_metadataEvents{};
  pw_stream_events m_streamEvents{};
  int m_awaited = 0;
  uint32_t m_metadataId = PW_ID_ANY, m_source = PW_ID_ANY;
  std::vector<uint32_t> m_factories;
  std::map<uint32_t, Source> m_sources;
  std::string m_default;
};

}  // namespace

int record(const char* app) {
  Recorder recorder(app);
  return recorder.run();
}

}  // namespace latchkey::sound
