// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/presenters.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/log.h"
#include "broker/names.h"

namespace latchkey {

// The registration. Holds no presenter itself: whatever its client does, the table stays whole.
class Presenters::Handle final : public schema::Handle::Server {
public:
  Handle(Presenters& presenters, uint64_t number) : m_presenters(presenters), m_number(number) {}
  ~Handle() noexcept(false) { m_presenters.remove(m_number); }

private:
  Presenters& m_presenters;
  uint64_t m_number;
};

Presenters::Presenters(Instances& instances, Names& names, Programs& programs)
    : m_instances(instances), m_names(names), m_programs(programs), m_tasks(*this) {}

Presenters::~Presenters() noexcept(false) = default;

schema::Handle::Client Presenters::add(schema::Presenter::Client presenter, InstanceId channel) {
  auto leaving = kj::newPromiseAndFulfiller<void>();
  m_presenters.push_front(
      {++m_next, kj::mv(presenter), kj::mv(channel), kj::mv(leaving.fulfiller), leaving.promise.fork()});
  auto number = m_next;
  KJ_IF_MAYBE (changed, m_changed) (*changed)();
  return kj::heap<Handle>(*this, number);
}

void Presenters::remove(uint64_t number) {
  auto entry = std::ranges::find(m_presenters, number, &Entry::number);
  if (entry == m_presenters.end()) return;
  entry->leave->reject(KJ_EXCEPTION(DISCONNECTED, "the window has gone"));
  m_presenters.erase(entry);
  KJ_IF_MAYBE (changed, m_changed) (*changed)();
}

kj::Maybe<kj::Promise<Answer>> Presenters::tryPresent(const Request& request) {
  auto entry = std::ranges::find(m_presenters, request.channel, &Entry::channel);
  if (entry == m_presenters.end()) {
    if (request.channel.empty()) ensureWindow(request.question.instance);
    return nullptr;
  }
  auto call = entry->presenter.presentRequest();
  toSchema(request, m_names.of(request.question.holder), call.initRequest());
  auto answer = call.send().then([](auto response) {
    auto reading = answerFrom(response.getAnswer());
    return reading.attach(kj::mv(response));
  });
  auto gone = entry->left.addBranch().then([]() -> Answer { KJ_UNREACHABLE; });
  return answer.exclusiveJoin(kj::mv(gone));
}

void Presenters::ensureWindow(const InstanceId& id) {
  if (m_windowRunning) return;
  KJ_IF_MAYBE (instance, m_instances.find(id)) {
    if (instance->display.empty()) return;
    m_windowRunning = true;
    // Not installed, or the display refuses it: the question waits for `latchkey answer`.
    auto window = kj::evalNow([&] { return m_programs.startWindow(instance->display); });
    m_tasks.add(
        window.catch_([](kj::Exception&& exception) { logWarning("no window for questions: " + reason(exception)); })
            .then([this] { m_windowRunning = false; }));
  }
}

void Presenters::taskFailed(kj::Exception&& exception) { logWarning(reason(exception)); }

}  // namespace latchkey
