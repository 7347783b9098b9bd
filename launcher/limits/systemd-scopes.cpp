// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A transient scope of the session's service manager for each instance.
//
// libsystemd is loaded only when there is a systemd to talk to: a launch elsewhere does not pay for it.

#include <dlfcn.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <memory>

#include "broker/base/log.h"
#include "launcher/limits/limits.h"

namespace latchkey::sandbox {
namespace {

constexpr uint64_t CALL_TIMEOUT = 2'000'000;  // Microseconds.
constexpr const char* SERVICE = "org.freedesktop.systemd1";
constexpr const char* OBJECT = "/org/freedesktop/systemd1";
constexpr const char* MANAGER = "org.freedesktop.systemd1.Manager";

// The functions of libsystemd that are used here.
struct Library {
// NOLINTNEXTLINE(bugprone-macro-parentheses): a name being declared takes none.
#define LATCHKEY_FUNCTION(name) decltype(&::name) name = find<decltype(&::name)>(#name)
  void* handle = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  bool complete = handle != nullptr;
  LATCHKEY_FUNCTION(sd_bus_open_user);
  LATCHKEY_FUNCTION(sd_bus_new);
  LATCHKEY_FUNCTION(sd_bus_set_address);
  LATCHKEY_FUNCTION(sd_bus_set_bus_client);
  LATCHKEY_FUNCTION(sd_bus_start);
  LATCHKEY_FUNCTION(sd_bus_flush_close_unref);
  LATCHKEY_FUNCTION(sd_bus_message_new_method_call);
  LATCHKEY_FUNCTION(sd_bus_message_append);
  LATCHKEY_FUNCTION(sd_bus_message_open_container);
  LATCHKEY_FUNCTION(sd_bus_message_close_container);
  LATCHKEY_FUNCTION(sd_bus_message_read);
  LATCHKEY_FUNCTION(sd_bus_message_unref);
  LATCHKEY_FUNCTION(sd_bus_call);
  LATCHKEY_FUNCTION(sd_bus_error_free);
  LATCHKEY_FUNCTION(sd_bus_match_signal);
  LATCHKEY_FUNCTION(sd_bus_process);
  LATCHKEY_FUNCTION(sd_bus_wait);
#undef LATCHKEY_FUNCTION

  template <typename F>
  F find(const char* name) {
    auto found = handle == nullptr ? nullptr : dlsym(handle, name);
    complete = complete && found != nullptr;
    return reinterpret_cast<F>(found);
  }
};

class AppliedScope final : public AppliedLimits {
public:
  std::string name() const override { return "systemd scope"; }  // systemd forgets it with its last process.
};

// One connection for one call.
class Conversation {
public:
  Conversation(Library& library, const std::string& address) : m_library(library) {
    if (address.empty()) {
      if (m_library.sd_bus_open_user(&m_bus) < 0) m_bus = nullptr;
      return;
    }
    if (m_library.sd_bus_new(&m_bus) < 0) {
      m_bus = nullptr;
      return;
    }
    m_library.sd_bus_set_address(m_bus, address.c_str());
    m_library.sd_bus_set_bus_client(m_bus, 1);
    if (m_library.sd_bus_start(m_bus) < 0) close();
  }
  ~Conversation() { close(); }
  KJ_DISALLOW_COPY_AND_MOVE(Conversation);

  bool startScope(const LimitValues& values, pid_t first, const std::string& unit) {
    if (m_bus == nullptr) return false;
    // Before the call, or the answer may come unheard.
    if (m_library.sd_bus_match_signal(m_bus, nullptr, SERVICE, OBJECT, MANAGER, "JobRemoved", jobRemoved, this) < 0)
      return false;
    sd_bus_message* call = nullptr;
    sd_bus_message* reply = nullptr;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    bool sent =
        m_library.sd_bus_message_new_method_call(m_bus, &call, SERVICE, OBJECT, MANAGER, "StartTransientUnit") >= 0 &&
        write(call, values, first, unit) && m_library.sd_bus_call(m_bus, call, CALL_TIMEOUT, &error, &reply) >= 0;
    const char* job = nullptr;
    if (sent) sent = m_library.sd_bus_message_read(reply, "o", &job) >= 0;
    if (sent) m_job = job;
    m_library.sd_bus_message_unref(call);
    m_library.sd_bus_message_unref(reply);
    if (!sent)
      logWarning(std::string("systemd does not take the app: ") +
                 (error.message == nullptr ? "no answer" : error.message));
    m_library.sd_bus_error_free(&error);
    return sent && waitForJob();
  }

private:
  void close() {
    if (m_bus != nullptr) m_library.sd_bus_flush_close_unref(m_bus);
    m_bus = nullptr;
  }

  bool write(sd_bus_message* call, const LimitValues& values, pid_t first, const std::string& unit) {
    auto& l = m_library;
    bool good = l.sd_bus_message_append(call, "ss", unit.c_str(), "fail") >= 0 &&
                l.sd_bus_message_open_container(call, 'a', "(sv)") >= 0 &&
                l.sd_bus_message_append(call, "(sv)", "PIDs", "au", 1, static_cast<uint32_t>(first)) >= 0 &&
                l.sd_bus_message_append(call, "(sv)", "Description", "s", "App run by Latchkey") >= 0 &&
                l.sd_bus_message_append(call, "(sv)", "CollectMode", "s", "inactive-or-failed") >= 0;
    if (values.memory != 0) good = good && l.sd_bus_message_append(call, "(sv)", "MemoryMax", "t", values.memory) >= 0;
    if (values.processes != 0)
      good = good &&
             l.sd_bus_message_append(call, "(sv)", "TasksMax", "t", static_cast<uint64_t>(values.processes) + 1) >= 0;
    if (values.cpuPercent != 0) {
      good = good && l.sd_bus_message_append(call, "(sv)", "CPUQuotaPerSecUSec", "t",
                                             static_cast<uint64_t>(values.cpuPercent) * 10000) >= 0;
    }
    return good && l.sd_bus_message_close_container(call) >= 0 && l.sd_bus_message_append(call, "a(sa(sv))", 0) >= 0;
  }

  // The scope is in force once its job is done. Until then the app waits.
  bool waitForJob() {
    for (int rounds = 0; rounds < 20 && m_result.empty(); ++rounds) {
      while (m_library.sd_bus_process(m_bus, nullptr) > 0) {}
      if (m_result.empty()) m_library.sd_bus_wait(m_bus, CALL_TIMEOUT / 10);
    }
    return m_result == "done";
  }

  static int jobRemoved(sd_bus_message* message, void* self, sd_bus_error*) {
    auto& conversation = *static_cast<Conversation*>(self);
    uint32_t number = 0;
    const char *job = nullptr, *unit = nullptr, *result = nullptr;
    if (conversation.m_library.sd_bus_message_read(message, "uoss", &number, &job, &unit, &result) < 0) return 0;
    if (conversation.m_job.empty() || conversation.m_job == job) conversation.m_result = result;
    return 0;
  }

  Library& m_library;
  sd_bus* m_bus = nullptr;
  std::string m_job;
  std::string m_result;
};

class SystemdScopes final : public LimitBackend {
public:
  explicit SystemdScopes(std::string address) : m_address(std::move(address)) {}

  kj::Maybe<kj::Own<AppliedLimits>> tryApply(const LimitValues& values, const ProcessHandle& first,
                                             const std::string& instance) override {
    if (m_address.empty() && access("/run/systemd/system", F_OK) < 0) return nullptr;
    if (m_library == nullptr) m_library = std::make_unique<Library>();
    if (!m_library->complete) return nullptr;
    Conversation conversation(*m_library, m_address);
    if (!conversation.startScope(values, first.pid(), "app-latchkey-" + instance + ".scope")) return nullptr;
    return kj::Own<AppliedLimits>(kj::heap<AppliedScope>());
  }

private:
  std::string m_address;
  std::unique_ptr<Library> m_library;
};

}  // namespace

kj::Own<LimitBackend> systemdScopes(std::string busAddress) { return kj::heap<SystemdScopes>(std::move(busAddress)); }

}  // namespace latchkey::sandbox
