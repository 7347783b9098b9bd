// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Telling the broker where things are that the person moved, and what the app itself put in their place.
//
// A grant holds its folder by descriptor, so it follows the folder anyway; what the person reads, and what the next
// portal binds, is the broker's. Seen by the kernel's own name of the descriptor, which asks no disk.

#include <kj/debug.h>
#include <limits.h>
#include <unistd.h>

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "portals/files/rules.h"
#include "portals/files/sandbox-files.h"

namespace latchkey::files {
namespace {

constexpr auto AGAIN_AFTER = 5 * kj::SECONDS;

std::string placeOf(int folder) {
  char place[PATH_MAX];
  auto length = ::readlink(procPath(folder).c_str(), place, sizeof place);
  return length <= 0 ? std::string() : std::string(place, static_cast<size_t>(length));
}

}  // namespace

// What is mounted as it is stays where it is mounted: the next portal finds it by that name.
void Sandbox::follow(const GrantRef& grant) {
  auto state = grant->state.load();
  bool lives = state == Grant::State::Active || state == Grant::State::Suspended;
  if (!lives || m_asker == nullptr || m_ended || grant->fast || m_session->view().isOfHomeNames(*grant)) return;
  auto& told = m_told.try_emplace(grant->id, Told{grant->root, grant->bound}).first->second;
  auto place = placeOf(grant->rootFd);
  auto thing = grant->bound;
  if (grant->isFile()) {
    std::lock_guard<std::mutex> guard(m_session->view().lock);
    thing = grant->identity;
  }
  // Removed, or put aside for the moment.
  if (place.empty() || (grant->isFile() && !thing.known())) return;
  bool own = thing != told.thing;
  if (place == told.place && !own) return;
  told = {place, thing};
  m_tasks.add(tellMoved(grant, own));
}

kj::Promise<void> Sandbox::tellMoved(GrantRef grant, bool own) {
  auto object = std::make_shared<kj::AutoCloseFd>();
  co_await onServingThread([session = m_session.get(), grant, object] {
    if (!grant->isFile()) {
      *object = duplicate(grant->rootFd);
      return;
    }
    auto thing = findBeneath(grant->rootFd, nameOf(grant->path));
    std::lock_guard<std::mutex> guard(session->view().lock);
    if (thing && identityOf(thing.status) == grant->identity) *object = kj::mv(thing.fd);
  });
  bool known = false;
  if (object->get() >= 0 && m_asker != nullptr) {
    auto call = KJ_ASSERT_NONNULL(m_asker).movedRequest();
    call.setGrant(grant->id.c_str());
    call.setObject(descriptorOf(duplicate(object->get())));
    call.setOwn(own);
    known = co_await call.send().ignoreResult().then([] { return true; }, [](kj::Exception&&) { return false; });
  }
  if (known) co_return;
  // It may be gone for good, or the broker's disk full.
  co_await m_world.timer.afterDelay(AGAIN_AFTER);
  m_told.erase(grant->id);
}

}  // namespace latchkey::files
