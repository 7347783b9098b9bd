// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/bus.h"

#include <errno.h>
#include <kj/debug.h>
#include <kj/refcount.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::desktop {
namespace {

constexpr unsigned MESSAGES_A_TURN = 64;  // Then others have theirs.
constexpr char ERROR_MARK[] = "D-Bus error ";

void check(int result, const char* what) {
  if (result < 0) KJ_FAIL_REQUIRE("the message bus refused", what, strerror(-result));
}

std::string orEmpty(const char* text) { return text == nullptr ? "" : text; }

Message asMessage(sd_bus_message* raw) {
  return {.sender = orEmpty(sd_bus_message_get_sender(raw)),
          .path = orEmpty(sd_bus_message_get_path(raw)),
          .interface = orEmpty(sd_bus_message_get_interface(raw)),
          .member = orEmpty(sd_bus_message_get_member(raw)),
          .signature = orEmpty(sd_bus_message_get_signature(raw, 1)),
          .arguments = readAll(raw)};
}

uint64_t microseconds(kj::Duration duration) {
  return duration == NO_LIMIT ? UINT64_MAX : static_cast<uint64_t>(duration / kj::MICROSECONDS);
}

uint64_t monotonicMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
}

// Frees what it holds when the scope ends, whatever happens.
struct RawMessage {
  sd_bus_message* raw = nullptr;
  ~RawMessage() { sd_bus_message_unref(raw); }
};

}  // namespace

void throwBusError(const std::string& name, const std::string& text) {
  kj::throwFatalException(kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__,
                                        kj::str(ERROR_MARK, name.c_str(), ": ", text.c_str())));
}

std::string busErrorName(const kj::Exception& exception) {
  std::string text = exception.getDescription().cStr();
  auto mark = text.find(ERROR_MARK);
  if (mark == text.npos) return {};
  auto start = mark + strlen(ERROR_MARK);
  return text.substr(start, text.find(": ", start) - start);
}

std::string busErrorText(const kj::Exception& exception) {
  std::string text = exception.getDescription().cStr();
  auto mark = text.find(ERROR_MARK);
  if (mark == text.npos) return text;
  auto colon = text.find(": ", mark);
  return colon == text.npos ? "" : text.substr(colon + 2);
}

// What a call holds of its bus: nothing, once that has gone.
class BusLink final : public kj::Refcounted {
public:
  explicit BusLink(Bus& bus) : bus(bus) {}
  kj::Maybe<Bus&> bus;
};

Call::Call(Bus& bus, sd_bus_message* message)
    : m_link(kj::addRef(*bus.m_link)), m_raw(sd_bus_message_ref(message)), m_message(asMessage(message)) {}

Call::~Call() {
  if (!m_answered) {
    try {
      fail(SD_BUS_ERROR_FAILED, "it ended without an answer");
    } catch (const kj::Exception&) {
      // Nobody to tell.
    }
  }
  sd_bus_message_unref(m_raw);
}

void Call::reply(const Value::List& results) {
  if (m_answered) return;
  m_answered = true;
  KJ_IF_MAYBE (bus, m_link->bus) {
    if (sd_bus_message_get_expect_reply(m_raw) == 0) return;
    RawMessage answer;
    check(sd_bus_message_new_method_return(m_raw, &answer.raw), "answer");
    writeAll(answer.raw, results);
    sd_bus_send(bus->m_bus, answer.raw, nullptr);
    bus->kick();
  }
}

void Call::fail(const char* error, const std::string& text) {
  if (m_answered) return;
  m_answered = true;
  KJ_IF_MAYBE (bus, m_link->bus) {
    sd_bus_error reason = SD_BUS_ERROR_MAKE_CONST(error, text.c_str());
    sd_bus_reply_method_error(m_raw, &reason);
    bus->kick();
  }
}

Bus::Bus(kj::UnixEventPort& events, kj::Timer& timer, kj::AutoCloseFd socket)
    : m_events(events), m_timer(timer), m_link(kj::refcounted<BusLink>(*this)), m_tasks(*this) {
  sd_bus* raw = nullptr;
  check(sd_bus_new(&raw), "new");
  adopt(raw);
  check(sd_bus_set_fd(raw, socket.get(), socket.get()), "socket");
  (void)socket.release();
  start();
}

Bus::Bus(kj::UnixEventPort& events, kj::Timer& timer, const std::string& address)
    : m_events(events), m_timer(timer), m_link(kj::refcounted<BusLink>(*this)), m_tasks(*this) {
  sd_bus* raw = nullptr;
  check(sd_bus_new(&raw), "new");
  adopt(raw);
  check(sd_bus_set_address(raw, address.c_str()), "address");
  start();
}

void Bus::adopt(sd_bus* raw) { m_bus = raw; }

void Bus::start() {
  check(sd_bus_set_bus_client(m_bus, 1), "client");
  check(sd_bus_negotiate_fds(m_bus, 1), "descriptors");
  check(sd_bus_start(m_bus), "start");
  int fd = sd_bus_get_fd(m_bus);
  check(fd, "socket");
  m_socket = duplicate(fd);
  m_observer =
      kj::heap<kj::UnixEventPort::FdObserver>(m_events, m_socket, kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE);
  check(sd_bus_add_filter(m_bus, nullptr, received, this), "filter");
}

Bus::~Bus() noexcept(false) {
  m_link->bus = nullptr;
  m_observer = nullptr;
  sd_bus_close(m_bus);
  sd_bus_unref(m_bus);
}

// Calls only: signals and answers go to those who wait for them.
int Bus::received(sd_bus_message* message, void* self, sd_bus_error*) {
  uint8_t type = 0;
  sd_bus_message_get_type(message, &type);
  auto& bus = *static_cast<Bus*>(self);
  if (type != SD_BUS_MESSAGE_METHOD_CALL || !bus.m_serve) return 0;
  // An exception must not pass through the library.
  try {
    bus.m_serve(kj::heap<Call>(bus, message));
  } catch (const kj::Exception& exception) {
    logWarning("a message was not understood: " + reason(exception));
    sd_bus_reply_method_errorf(message, "org.freedesktop.portal.Error.InvalidArgument",
                               "the message was not understood");
  }
  return 1;
}

void Bus::kick() {
  KJ_IF_MAYBE (wake, m_wake) {
    auto fulfiller = kj::mv(*wake);
    m_wake = nullptr;
    fulfiller->fulfill();
  }
}

kj::Promise<void> Bus::run() {
  return turn().catch_([](kj::Exception&& exception) { logInfo("a message bus has gone: " + reason(exception)); });
}

kj::Promise<void> Bus::turn() {
  for (;;) {
    int result = 1;
    for (unsigned handled = 0; result > 0 && handled < MESSAGES_A_TURN; ++handled) {
      result = sd_bus_process(m_bus, nullptr);
      // What waits for this message goes first, so that nobody hears of a later one before it.
      if (result > 0) co_await kj::evalLast([] {});
    }
    if (result == -ENOTCONN || result == -ECONNRESET || sd_bus_is_open(m_bus) <= 0) co_return;
    check(result, "process");
    if (result > 0) {
      co_await m_timer.afterDelay(0 * kj::SECONDS);  // Whoever else has something to say, too.
      continue;
    }
    auto kicked = kj::newPromiseAndFulfiller<void>();
    m_wake = kj::mv(kicked.fulfiller);
    auto wait = kj::mv(kicked.promise);
    auto& observer = *KJ_ASSERT_NONNULL(m_observer);
    int events = sd_bus_get_events(m_bus);
    check(events, "events");
    wait = wait.exclusiveJoin(observer.whenBecomesReadable());
    if ((events & POLLOUT) != 0) wait = wait.exclusiveJoin(observer.whenBecomesWritable());
    uint64_t until = UINT64_MAX;
    check(sd_bus_get_timeout(m_bus, &until), "timeout");
    if (until != UINT64_MAX) {
      auto now = monotonicMicroseconds();
      kj::Duration left = (until > now ? until - now : 0) * kj::MICROSECONDS;
      wait = wait.exclusiveJoin(m_timer.afterDelay(left));
    }
    co_await wait;
  }
}

std::string Bus::ownName() const {
  const char* name = nullptr;
  return sd_bus_get_unique_name(m_bus, &name) < 0 ? "" : orEmpty(name);
}

kj::Promise<bool> Bus::own(const std::string& name) {
  auto answer = co_await call({.destination = "org.freedesktop.DBus",
                               .path = "/org/freedesktop/DBus",
                               .interface = "org.freedesktop.DBus",
                               .member = "RequestName",
                               .arguments = {name, Value(uint32_t{2 | 4})}});  // Replace if allowed; do not queue.
  auto result = answer.arguments.at(0).asNumber();
  co_return result == 1 || result == 4;
}

kj::Promise<Message> Bus::call(CallOrder order) {
  RawMessage message;
  check(sd_bus_message_new_method_call(m_bus, &message.raw, order.destination.c_str(), order.path.c_str(),
                                       order.interface.c_str(), order.member.c_str()),
        "call");
  writeAll(message.raw, order.arguments);
  struct Waiting {
    kj::Own<kj::PromiseFulfiller<Message>> fulfiller;
    sd_bus_slot* slot = nullptr;
    ~Waiting() { sd_bus_slot_unref(slot); }
  };
  auto pair = kj::newPromiseAndFulfiller<Message>();
  auto waiting = kj::heap<Waiting>();
  waiting->fulfiller = kj::mv(pair.fulfiller);
  auto answered = [](sd_bus_message* answer, void* data, sd_bus_error*) -> int {
    auto& waiting = *static_cast<Waiting*>(data);
    waiting.fulfiller->rejectIfThrows([&] {
      auto error = sd_bus_message_get_error(answer);
      if (error != nullptr) throwBusError(orEmpty(error->name), orEmpty(error->message));
      waiting.fulfiller->fulfill(asMessage(answer));
    });
    return 1;
  };
  check(sd_bus_call_async(m_bus, &waiting->slot, message.raw, answered, waiting.get(), microseconds(order.patience)),
        "call");
  kick();
  return pair.promise.attach(kj::mv(waiting));
}

void Bus::tell(CallOrder order) {
  RawMessage message;
  check(sd_bus_message_new_method_call(m_bus, &message.raw, order.destination.c_str(), order.path.c_str(),
                                       order.interface.c_str(), order.member.c_str()),
        "call");
  check(sd_bus_message_set_expect_reply(message.raw, 0), "call");
  writeAll(message.raw, order.arguments);
  sd_bus_send(m_bus, message.raw, nullptr);
  kick();
}

void Bus::signal(const std::string& path, const std::string& interface, const std::string& member,
                 const Value::List& arguments, const std::string& destination) {
  RawMessage message;
  check(sd_bus_message_new_signal(m_bus, &message.raw, path.c_str(), interface.c_str(), member.c_str()), "signal");
  if (!destination.empty()) check(sd_bus_message_set_destination(message.raw, destination.c_str()), "signal");
  writeAll(message.raw, arguments);
  sd_bus_send(m_bus, message.raw, nullptr);
  kick();
}

kj::Own<Bus::Match> Bus::match(const std::string& rule, std::function<void(const Message&)> told) {
  auto held = std::make_unique<std::function<void(const Message&)>>(std::move(told));
  auto arrived = [](sd_bus_message* message, void* data, sd_bus_error*) -> int {
    try {
      (*static_cast<std::function<void(const Message&)>*>(data))(asMessage(message));
    } catch (const kj::Exception& exception) {
      logWarning("a signal was not understood: " + reason(exception));
    }
    return 0;
  };
  sd_bus_slot* slot = nullptr;
  check(sd_bus_add_match_async(m_bus, &slot, rule.c_str(), arrived, nullptr, held.get()), "match");
  kick();
  return kj::heap<Match>(slot, std::move(held));
}

void Bus::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey::desktop
