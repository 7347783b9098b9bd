// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/store/repositories.h"

#include <capnp/message.h>
#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/log.h"
#include "broker/base/text.h"

namespace latchkey::store {
namespace {

using namespace repository;

constexpr Duration EVERY = std::chrono::hours(6), AFTER_FAILURE = std::chrono::minutes(30);
constexpr uint32_t MOST_WORDS = 16, LONGEST_WORD = 200, MOST_FOUND = 500;
constexpr unsigned MOST_SIGNED = 8;

std::string textOf(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }

// What one asks with, for one errand.
struct Hands {
  explicit Hands(const Clock& clock) : reach{fetcher, packer, clock} {}
  KJ_DISALLOW_COPY_AND_MOVE(Hands);

  Fetcher fetcher;
  Packer packer;
  Reach reach;
};

void write(const PublicKey& key, schema::Signer::Builder to) {
  to.setKey(key.line().c_str());
  to.setId(key.idText().c_str());
}

// What `installed` has of the same key is what is known of it.
void write(const FollowedOffer& from, const std::vector<InstalledApp>& installed, schema::PackageOffer::Builder to) {
  auto& offer = from.offer;
  to.setFollowed(from.followed.c_str());
  to.setRepository(from.repository.c_str());
  to.setId(offer.id.c_str());
  to.setChannel(offer.channel.c_str());
  to.setVersion(offer.version.c_str());
  to.setBytes(offer.bytes);
  auto signer = to.initSigner();
  write(offer.signer, signer);
  std::vector<std::string> others;
  for (auto& app : installed) {
    if (app.signer == offer.signer.line() && app.id != offer.id && others.size() < MOST_SIGNED)
      others.push_back(app.id);
  }
  auto signs = signer.initSigns(static_cast<unsigned>(others.size()));
  for (unsigned i = 0; i < signs.size(); ++i) signs.set(i, others[i].c_str());
  to.setName(offer.name.c_str());
  to.setSummary(offer.summary.c_str());
  auto translations = to.initTranslations(static_cast<unsigned>(offer.translations.size()));
  for (unsigned i = 0; i < translations.size(); ++i) {
    auto& words = offer.translations[i];
    translations[i].setLanguage(words.language.c_str());
    translations[i].setName(words.name.c_str());
    translations[i].setSummary(words.summary.c_str());
  }
}

void write(const Shelves::Shelf& shelf, schema::Repository::Builder to) {
  to.setFollowed(shelf.followed.name().c_str());
  to.setReached(toNanos(shelf.contact.reached));
  to.setAsked(toNanos(shelf.contact.asked));
  to.setProblem(shelf.contact.problem.c_str());
  to.setTrouble(shelf.trouble.c_str());
  auto follower = std::get_if<Follower>(&shelf.followed.follower);
  if (follower == nullptr) return;
  to.setId(follower->head().id.c_str());
  to.setLocation(follower->location().c_str());
  write(follower->key(), to.initKey());
  if (shelf.catalog) to.setApps(static_cast<uint32_t>(shelf.catalog->offers.size()));
  to.setExpires(toNanos(follower->head().expires));
}

Followed followedOf(const std::string& place, const std::string& name) {
  if (!isFollowedName(name)) fail("no repository is followed under that name");
  auto folder = place + "/" + name;
  return {.folder = folder, .follower = Follower::load(folder)};
}

bool isNear(const Shelves::Shelf& shelf) {
  auto follower = std::get_if<Follower>(&shelf.followed.follower);
  return follower != nullptr && follower->location().starts_with('/');
}

// A clock that was set back counts as time that has passed.
bool isDue(const Contact& contact, WallTime now) {
  auto since = now - contact.asked;
  return since < Duration::zero() || since >= (contact.problem.empty() ? EVERY : AFTER_FAILURE);
}

}  // namespace

const std::vector<InstalledApp>& Repositories::installed() {
  if (!m_known.exchange(true)) m_installed = m_parts.installed();
  return m_installed;
}

kj::Promise<void> Repositories::search(capnp::List<capnp::Text>::Reader words, uint32_t most,
                                       schema::Packages::SearchResults::Builder results) {
  std::vector<std::string> wanted;
  for (auto word : words) {
    if (wanted.size() == MOST_WORDS) break;
    if (word.size() > 0) wanted.push_back(textOf(word).substr(0, LONGEST_WORD));
  }
  struct Copies {
    std::vector<FollowedOffer> offers = {};
    std::vector<InstalledApp> installed = {};
    size_t whole = 0;
  };
  auto found = co_await m_looks.run<std::shared_ptr<Copies>>([this, wanted, most] {
    auto copies = std::make_shared<Copies>();
    copies->installed = installed();
    for (auto& one :
         m_shelves.search(wanted, copies->installed, std::min(most, MOST_FOUND), copies->whole, m_parts.clock))
      copies->offers.push_back(one.copy());
    return copies;
  });
  auto offers = results.initOffers(static_cast<unsigned>(found->offers.size()));
  for (unsigned i = 0; i < offers.size(); ++i) write(found->offers[i], found->installed, offers[i]);
  results.setWhole(static_cast<uint32_t>(found->whole));
}

kj::Promise<std::vector<Shelves::Newer>> Repositories::newer() {
  return m_looks.run<std::vector<Shelves::Newer>>([this] { return m_shelves.newer(installed(), m_parts.clock); });
}

kj::Promise<void> Repositories::updates(schema::Packages::UpdatesResults::Builder results) {
  auto all = co_await newer();
  auto list = results.initList(static_cast<unsigned>(all.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    write(all[i].offered, {}, list[i].initOffer());
    list[i].setInstalled(all[i].installed.c_str());
    list[i].setWaits(all[i].waits);
  }
}

kj::Promise<FollowedOffer> Repositories::newest(std::string id) {
  auto all = co_await newer();
  auto found = std::ranges::find(all, id, [](auto& one) -> auto& { return one.offered.offer.id; });
  if (found == all.end()) fail("there is nothing newer of it");
  co_return found->offered;
}

kj::Promise<void> Repositories::list(schema::Packages::RepositoriesResults::Builder results) {
  using Copies = std::shared_ptr<capnp::MallocMessageBuilder>;
  auto copies = co_await m_looks.run<Copies>([this] {
    auto message = std::make_shared<capnp::MallocMessageBuilder>();
    auto all = m_shelves.all(m_parts.clock);
    auto list = message->initRoot<schema::Packages::RepositoriesResults>().initList(static_cast<unsigned>(all.size()));
    for (unsigned i = 0; i < list.size(); ++i) write(*all[i], list[i]);
    return message;
  });
  results.setList(copies->getRoot<schema::Packages::RepositoriesResults>().asReader().getList());
}

// Whether it answered as it should.
kj::Promise<bool> Repositories::ask(std::string followed) {
  return m_asks.run<bool>([this, followed] {
    auto one = followedOf(m_parts.place, followed);
    auto follower = std::get_if<Follower>(&one.follower);
    if (follower == nullptr) fail(std::get<Problem>(one.follower).reason);
    Hands hands(m_parts.clock);
    auto news = follower->refresh(hands.reach);
    return std::get_if<Problem>(&news) == nullptr;
  });
}

kj::Promise<void> Repositories::refresh(std::string followed) {
  KJ_DEFER(m_parts.changed());
  std::vector<std::string> names{followed};
  if (followed.empty()) {
    names = co_await m_looks.run<std::vector<std::string>>([this] {
      std::vector<std::string> all;
      for (auto* shelf : m_shelves.all(m_parts.clock)) {
        // What is damaged is listed as that.
        if (std::get_if<Follower>(&shelf->followed.follower) != nullptr) all.push_back(shelf->followed.name());
      }
      return all;
    });
  }
  for (auto& name : names) {
    co_await ask(name);
    m_parts.changed();
  }
}

kj::Promise<void> Repositories::follow(std::string location, std::string key,
                                       schema::Packages::FollowResults::Builder results) {
  auto parsed = PublicKey::parse(key);
  if (!parsed) fail("that is no key: it is the line that begins with RW in a .pub file");
  KJ_DEFER(m_parts.changed());
  auto name = co_await m_asks.run<std::string>([this, location, parsed] {
    Hands hands(m_parts.clock);
    auto followed = followIn(m_parts.place, location, *parsed, hands.reach);
    if (auto problem = std::get_if<Problem>(&followed)) fail(problem->reason);
    auto& folder = std::get<Follower>(followed).folder();
    return folder.substr(folder.rfind('/') + 1);
  });
  auto copy = co_await m_looks.run<std::shared_ptr<capnp::MallocMessageBuilder>>([this, name] {
    auto message = std::make_shared<capnp::MallocMessageBuilder>();
    auto results = message->initRoot<schema::Packages::FollowResults>();
    for (auto* shelf : m_shelves.all(m_parts.clock)) {
      if (shelf->followed.name() == name) write(*shelf, results.initRepository());
    }
    return message;
  });
  results.setRepository(copy->getRoot<schema::Packages::FollowResults>().asReader().getRepository());
}

kj::Promise<void> Repositories::unfollow(std::string followed) {
  KJ_DEFER(m_parts.changed());
  co_await m_asks.run<bool>([this, followed] {
    if (auto problem = repository::unfollow(followedOf(m_parts.place, followed))) fail(problem->reason);
    return true;
  });
}

kj::Promise<std::vector<std::string>> Repositories::due() {
  bool metered = co_await m_asks.run<bool>([this] { return m_parts.metered && m_parts.metered(); });
  co_return co_await m_looks.run<std::vector<std::string>>([this, metered] {
    std::vector<std::string> names;
    auto now = m_parts.clock.wall();
    for (auto* shelf : m_shelves.all(m_parts.clock)) {
      bool sound = std::get_if<Follower>(&shelf->followed.follower) != nullptr;
      if (sound && (!metered || isNear(*shelf)) && isDue(shelf->contact, now)) names.push_back(shelf->followed.name());
    }
    return names;
  });
}

// What was asked a moment ago is what is installed from, so that something that cannot be had is not tried each hour.
kj::Promise<void> Repositories::round() {
  if (m_rounding) co_return;
  m_rounding = true;
  KJ_DEFER(m_rounding = false);
  std::vector<std::string> answered;
  for (auto& name : co_await due()) {
    try {
      if (co_await ask(name)) answered.push_back(name);
    } catch (const kj::Exception& exception) {
      logWarning("a repository cannot be asked: " + reason(exception));
    }
    m_parts.changed();
  }
  if (answered.empty()) co_return;
  for (auto& one : co_await newer()) {
    bool asked = std::ranges::find(answered, one.offered.followed) != answered.end();
    if (!asked || !one.automatic || one.waits) continue;
    auto what = brief(one.offered.offer.id, 200) + " " + brief(one.offered.offer.version, 64);
    try {
      co_await m_parts.install(one.offered);
      logInfo("updated by itself: " + what);
    } catch (const kj::Exception& exception) {
      logWarning(what + " is not installed: " + reason(exception));
    }
  }
}

}  // namespace latchkey::store
