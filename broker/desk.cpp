// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/desk.h"

#include <kj/debug.h>

#include <filesystem>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/random.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "broker/desk-files.h"
#include "broker/disk-look.h"
#include "broker/granted-object.h"
#include "broker/grants/grant-schema.h"
#include "broker/ration.h"
#include "broker/trash.h"
#include "broker/uses.h"

namespace latchkey {
namespace {

using namespace std::chrono_literals;

constexpr size_t CLAIM_CHARACTERS = 200;
constexpr size_t SECRET_BYTES = 64;
const std::string SECRET = "secret:";
constexpr size_t OPENED_PER_MINUTE = 20, LINES_PER_MINUTE = 60, TRASHED_PER_MINUTE = 600, WRITTEN_PER_MINUTE = 30;

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

class UseHandle final : public schema::Handle::Server {
public:
  UseHandle(std::shared_ptr<Uses> uses, GrantId grant) : m_uses(kj::mv(uses)), m_grant(kj::mv(grant)) {
    m_uses->begin(m_grant);
  }
  ~UseHandle() noexcept(false) { m_uses->end(m_grant); }

private:
  std::shared_ptr<Uses> m_uses;
  GrantId m_grant;
};

// One thing for another app to open.
struct ToOpen {
  std::string uri;  // Empty: a file.
  kj::Maybe<Resolved> file;
  std::string type;
  bool write = false;
};

}  // namespace

class DeskServers::Server final : public schema::Desk::Server {
public:
  Server(DeskServers& desks, InstanceId instance)
      : m_parts(desks.m_parts), m_entries(desks.m_entries), m_id(kj::mv(instance)) {}

  kj::Promise<void> choose(ChooseContext context) override {
    auto picked = context.getResults().initPicked();
    picked.setDeclined();
    Question question;
    question.chooser = fromSchema(context.getParams().getChooser());
    if (!begin(question, DesktopRight::ChooseFiles)) co_return;
    auto& chooser = KJ_ASSERT_NONNULL(question.chooser);
    question.kind = chooser.ofFolders() ? Kind::Folder : Kind::File;
    question.directory = chooser.ofFolders();
    question.create = chooser.saves();
    question.object.target = chooser.words();
    question.object.scope = chooser.ofFolders() ? Scope::Tree : Scope::File;
    question.claim = chooser.title;
    auto app = Holder::parse(question.holder).app;
    auto most = m_parts.ceilings.atMost(app, question.kind, question.object, Access::Write);
    KJ_IF_MAYBE (access, most) question.access = *access;
    if (most == nullptr || (chooser.saves() && question.access != Access::Write)) co_return;
    auto decision = co_await m_parts.powerbox.ask(kj::mv(question), nullptr);
    if (decision.outcome != Decision::Outcome::Granted) co_return;
    writeFiles(decision, picked.initFiles());
  }

  kj::Promise<void> grantPicked(GrantPickedContext context) override {
    auto params = context.getParams();
    Question question;
    if (!begin(question, DesktopRight::ChooseFiles)) co_return;
    auto access = fromSchema(params.getAccess());
    KJ_REQUIRE(params.getPaths().size() <= MOST_CHOSEN, "more than can be picked at once");
    std::vector<std::string> paths;
    for (auto path : params.getPaths()) paths.push_back(text(path));
    kj::Maybe<std::string> refused;
    std::vector<GrantId> ids;
    try {
      auto things =
          co_await lookAtDisk([paths, mayMake = access == Access::Write] { return pickedElsewhere(paths, mayMake); });
      ids = co_await m_parts.powerbox.give(question, kj::mv(things), access, Lifetime::run());
    } catch (const kj::Exception& exception) {
      refused = reason(exception);
    }
    KJ_IF_MAYBE (why, refused) {
      logInfo("what was picked cannot be given: " + *why);
      journal(Kind::File, targetOf(paths.empty() ? "" : paths.front()), "refuse", "ceiling");
      co_return;
    }
    auto list = context.getResults().initGrants(static_cast<unsigned>(ids.size()));
    for (unsigned i = 0; i < list.size(); ++i) list.set(i, ids[i].text().c_str());
  }

  kj::Promise<void> permit(PermitContext context) override {
    auto params = context.getParams();
    auto named = desktopRightNamed(text(params.getRight()));
    auto right = KJ_REQUIRE_NONNULL(named, "no such right");
    KJ_REQUIRE(isOfPortals(right), "no right of the portals");
    Question question;
    if (!begin(question, right)) co_return;
    question.kind = Kind::Desktop;
    question.object = latchkey::objectOf(right);
    question.access = accessOf(right);
    question.claim = brief(text(params.getClaim()), CLAIM_CHARACTERS);
    if (isAllowedUnasked(right)) {
      auto refusal = m_parts.ledger.refusing(question.holder, question.kind, question.object, question.access);
      context.getResults().setGranted(refusal == nullptr);
      auto grant = m_parts.ledger.permitting(question.holder, m_id, question.kind, question.object, question.access);
      KJ_IF_MAYBE (held, grant) context.getResults().setGrant(held->id.text().c_str());
      co_return;
    }
    auto decision = co_await m_parts.powerbox.ask(kj::mv(question), nullptr);
    if (decision.outcome != Decision::Outcome::Granted) co_return;
    context.getResults().setGranted(true);
    context.getResults().setGrant(decision.grant.text().c_str());
  }

  kj::Promise<void> open(OpenContext context) override {
    auto params = context.getParams();
    Question question;
    if (!begin(question, DesktopRight::OpenWith)) co_return;
    auto found = params.getUri().size() > 0 ? co_await addressToOpen(text(params.getUri()))
                                            : co_await fileToOpen(params.getFile(), params.getWrite());
    KJ_IF_MAYBE (thing, found) {
      auto app = params.getAsk() ? "" : rememberedFor(m_parts.ledger, question.holder, m_id, thing->type);
      if (app.empty() || !m_parts.ceilings.faultOfStart(app).empty()) app = co_await ask(kj::mv(question), *thing);
      if (app.empty() || !m_opened.take(m_parts.clock)) co_return;
      if (!stillHeld(*thing)) co_return;
      co_await launch(app, kj::mv(*thing));
      context.getResults().setOpened(true);
    } else {
      journal(Kind::App, brief(text(params.getUri()), 200), "refuse", "denied");
    }
  }

  // A trial's is its own, and gone with it.
  kj::Promise<void> secret(SecretContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Secret)) co_return;
    auto throwaway = KJ_ASSERT_NONNULL(m_parts.instances.find(m_id)).throwaway;
    auto secret = throwaway ? m_trialSecret : m_parts.ledger.fact(SECRET + question.holder);
    if (secret.size() != SECRET_BYTES) {
      secret = randomBytes(SECRET_BYTES);
      if (throwaway) m_trialSecret = secret;
      else m_parts.ledger.putFact(SECRET + question.holder, secret);  // Throws where the disk refuses: no secret then.
    }
    context.getResults().setSecret(bytes(secret));
  }

  kj::Promise<void> trash(TrashContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Trash) || !m_trashed.take(m_parts.clock)) co_return;
    auto found = co_await behind(context.getParams().getFile());
    KJ_IF_MAYBE (thing, found) {
      if (!holds(*thing, Access::Write) || m_parts.files.holdsStopped(m_id, thing->path)) co_return;
      auto target = targetOf(thing->path);
      auto dataHome = std::filesystem::path(m_parts.places.data).parent_path().string();
      auto now = std::chrono::duration_cast<std::chrono::seconds>(m_parts.clock.wall().time_since_epoch()).count();
      auto trashed =
          co_await lookAtDisk([thing = kj::mv(*thing), dataHome, now] { return moveToTrash(thing, dataHome, now); });
      context.getResults().setTrashed(trashed);
      journal(Kind::File, target, "use", trashed ? "trashed" : "failed");
    }
  }

  kj::Promise<void> pathOf(PathOfContext context) override {
    auto found = co_await behind(context.getParams().getFile());
    KJ_IF_MAYBE (thing, found) {
      bool write = holds(*thing, Access::Write);
      if (!write && !holds(*thing, Access::Read)) co_return;
      context.getResults().setPath(bytes(thing->path));
      context.getResults().setAccess(write ? schema::Access::WRITE : schema::Access::READ);
    }
  }

  kj::Promise<void> accessibility(AccessibilityContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Accessibility)) fail("this app is not read");
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) {
      auto call = KJ_REQUIRE_NONNULL(instance->control, "its launcher has gone").accessibilityRequest();
      call.setBus(context.getParams().getBus());
      auto answer = co_await call.send();
      context.getResults().setAddress(answer.getAddress());
      context.getResults().setHandle(answer.getHandle());
    }
  }

  kj::Promise<void> used(UsedContext context) override {
    auto right = text(context.getParams().getRight());
    KJ_REQUIRE(desktopRightNamed(right) != nullptr, "no such right");
    journal(Kind::Desktop, right, "use", brief(text(context.getParams().getOutcome()), 40));
    return kj::READY_NOW;
  }

  kj::Promise<void> inUse(InUseContext context) override {
    auto params = context.getParams();
    GrantId id(text(params.getGrant()));
    itsGrant(id, text(params.getRight()));
    if (m_uses == nullptr) m_uses = std::make_shared<Uses>(m_parts.ledger, m_parts.clock, m_id);
    context.getResults().setHandle(kj::heap<UseHandle>(m_uses, id));
    return kj::READY_NOW;
  }

  kj::Promise<void> startWithSession(StartWithSessionContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Background) || isTrial() || !m_written.take(m_parts.clock)) co_return;
    auto params = context.getParams();
    auto holder = Holder::parse(question.holder);
    auto entry = entryOf(params.getWords());
    bool starts = params.getStarts() && mayStartWithSession(question.holder);
    if (starts) {
      starts =
          co_await lookAtDisk([entries = m_entries, holder, entry] { return entries.startWithSession(holder, entry); });
      journal(Kind::Desktop, question.object.target, "use", starts ? "starts with the session" : "failed");
    }
    // It may have been taken back meanwhile.
    if (!starts || !mayStartWithSession(question.holder)) {
      co_await lookAtDisk([entries = m_entries, holder] { return entries.doNotStartWithSession(holder), true; });
      starts = false;
    }
    context.getResults().setStarts(starts);
  }

  kj::Promise<void> putLauncher(PutLauncherContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Launchers) || isTrial() || !m_written.take(m_parts.clock)) co_return;
    auto params = context.getParams();
    GrantId grant(text(params.getGrant()));
    if (itsGrant(grant, nameOf(DesktopRight::Launchers)).state != GrantState::Active) co_return;
    auto launcher = params.getLauncher();
    auto entry = entryOf(launcher.getWords());
    entry.name = text(launcher.getName());
    for (auto detail : launcher.getDetails()) entry.details.emplace_back(text(detail.getId()), text(detail.getValue()));
    auto holder = Holder::parse(question.holder);
    auto id = text(params.getId());
    auto put =
        co_await lookAtDisk([entries = m_entries, holder, id, entry] { return entries.putInMenu(holder, id, entry); });
    journal(Kind::Desktop, brief(id, CLAIM_CHARACTERS), "use", put ? "put into the menu" : "failed");
    auto now = m_parts.ledger.find(grant);
    bool revoked = now == nullptr || KJ_ASSERT_NONNULL(now).state == GrantState::Revoked;
    if (put && revoked) {
      co_await lookAtDisk([entries = m_entries, holder, id] { return entries.takeFromMenu(holder, id); });
      co_return;
    }
    if (put && KJ_ASSERT_NONNULL(now).lifetime.type == Lifetime::Type::Once) m_parts.ledger.complete(grant);
    context.getResults().setPut(put);
  }

  kj::Promise<void> removeLauncher(RemoveLauncherContext context) override {
    KJ_IF_MAYBE (holder, whoseEntries()) {
      auto id = text(context.getParams().getId());
      auto removed =
          co_await lookAtDisk([entries = m_entries, holder = *holder, id] { return entries.takeFromMenu(holder, id); });
      context.getResults().setRemoved(removed);
    }
  }

  kj::Promise<void> launcher(LauncherContext context) override {
    KJ_IF_MAYBE (holder, whoseEntries()) {
      auto id = text(context.getParams().getId());
      auto found =
          co_await lookAtDisk([entries = m_entries, holder = *holder, id] { return entries.inMenu(holder, id); });
      KJ_IF_MAYBE (written, found) context.getResults().setText(bytes(*written));
    }
  }

  kj::Promise<void> startLauncher(StartLauncherContext context) override {
    Question question;
    if (!begin(question, DesktopRight::Launchers) || isTrial() || !m_opened.take(m_parts.clock)) co_return;
    auto holder = Holder::parse(question.holder);
    auto id = text(context.getParams().getId());
    auto found = co_await lookAtDisk([entries = m_entries, holder, id] { return entries.wordsInMenu(holder, id); });
    KJ_IF_MAYBE (words, found) {
      capnp::MallocMessageBuilder message;
      auto spec = message.initRoot<schema::LaunchSpec>();
      spec.setApp(holder.app.c_str());
      spec.setProfile(holder.profile.c_str());
      auto arguments = spec.initArguments(static_cast<unsigned>(words->size()));
      for (unsigned i = 0; i < arguments.size(); ++i) arguments.set(i, bytes((*words)[i]));
      giveDisplay(spec);
      co_await m_parts.launches.launch(spec.asReader());
      journal(Kind::App, holder.app, "use", "opened");
      context.getResults().setStarted(true);
    }
  }

private:
  // Who asks. False: it has ended, or a ceiling takes this portal away.
  bool begin(Question& question, DesktopRight right) {
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) {
      if (instance->ended() || instance->holder.app.empty()) return false;
      question.holder = instance->holder.text();
      question.instance = m_id;
      auto object = latchkey::objectOf(right);
      auto fault = m_parts.ceilings.fault(instance->holder.app, Kind::Desktop, object, accessOf(right));
      if (!fault.empty()) journal(Kind::Desktop, object.target, "refuse", "ceiling");
      return fault.empty();
    }
    return false;
  }

  // Throws if it is another's, or no grant of this right.
  Grant itsGrant(const GrantId& id, std::string_view right) {
    auto grant = KJ_REQUIRE_NONNULL(m_parts.ledger.find(id), "no such grant");
    auto& instance = KJ_REQUIRE_NONNULL(m_parts.instances.find(m_id), "it has ended");
    bool its = grant.holder == instance.holder.text() && (grant.instance.empty() || grant.instance == m_id);
    KJ_REQUIRE(its && grant.kind == Kind::Desktop && grant.object.target == right, "not its grant");
    return grant;
  }

  // --- what starts it

  // What is tried is not known tomorrow.
  bool isTrial() {
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) return instance->throwaway;
    return true;
  }

  bool mayStartWithSession(const std::string& holder) {
    return rightHeld(m_parts.ledger, m_parts.ceilings, holder, InstanceId(), DesktopRight::Background) != nullptr;
  }

  // Of the app as it is called and shown itself: pictures of its choice are not given to the desktop to decode.
  SessionEntry entryOf(capnp::List<capnp::Data>::Reader words) {
    SessionEntry entry;
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) {
      entry.name = instance->name.empty() ? instance->holder.app : instance->name;
      entry.icon = instance->icon;
    }
    for (auto word : words) entry.words.push_back(text(word));
    return entry;
  }

  kj::Maybe<Holder> whoseEntries() {
    Question question;
    if (!begin(question, DesktopRight::Launchers) || isTrial() || !m_written.take(m_parts.clock)) return nullptr;
    return Holder::parse(question.holder);
  }

  void giveDisplay(schema::LaunchSpec::Builder spec) {
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) {
      auto list = spec.initEnvironment(static_cast<unsigned>(instance->display.size()));
      for (unsigned i = 0; i < list.size(); ++i) {
        auto& entry = instance->display[i];
        auto equals = entry.find('=');
        list[i].setName(bytes(entry.substr(0, equals)));
        list[i].setValue(bytes(entry.substr(equals + 1)));
      }
    }
  }

  void writeFiles(const Decision& decision, schema::Desk::Files::Builder files) {
    auto count = static_cast<unsigned>(decision.grants.size());
    auto paths = files.initPaths(count);
    auto grants = files.initGrants(count);
    auto access = Access::Write;
    for (unsigned i = 0; i < count; ++i) {
      grants.set(i, decision.grants[i].text().c_str());
      KJ_IF_MAYBE (grant, m_parts.ledger.find(decision.grants[i])) {
        paths.set(i, bytes(grant->object.path));
        access = std::min(access, grant->access);
      }
    }
    files.setAccess(toSchema(access));
    files.setFilter(decision.filter);
    toSchema(decision.choices, files.initChoices(static_cast<unsigned>(decision.choices.size())));
  }

  // --- files an app shows

  kj::Promise<kj::Maybe<Resolved>> behind(schema::Descriptor::Client file) {
    auto fd = co_await fdOf(kj::mv(file));
    KJ_IF_MAYBE (held, fd) {
      if (m_looking >= MOST_LOOKS_OF_ONE) fail("its disk does not answer");
      ++m_looking;
      KJ_DEFER(--m_looking);
      co_return co_await lookAtDisk([fd = kj::mv(*held)]() mutable { return thingBehind(kj::mv(fd)); });
    }
    co_return nullptr;
  }

  bool holds(const Resolved& thing, Access access) {
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) {
      if (instance->ended()) return false;
      auto object = latchkey::objectOf(thing);
      if (m_parts.files.isStopped(m_id, object)) return false;
      auto kind = kindOf(thing);
      auto fault = m_parts.ceilings.fault(instance->holder.app, kind, object, access);
      return fault.empty() && m_parts.ledger.permitting(instance->holder.text(), m_id, kind, object, access) != nullptr;
    }
    return false;
  }

  // --- opening

  kj::Promise<kj::Maybe<ToOpen>> addressToOpen(std::string uri) {
    auto scheme = schemeOf(uri);
    auto openable = co_await lookAtDisk([scheme, places = m_parts.places] { return isOpenable(scheme, places); });
    if (!openable) co_return nullptr;
    co_return ToOpen{.uri = uri, .file = nullptr, .type = "x-scheme-handler/" + scheme};
  }

  kj::Promise<kj::Maybe<ToOpen>> fileToOpen(schema::Descriptor::Client file, bool write) {
    auto found = co_await behind(kj::mv(file));
    KJ_IF_MAYBE (thing, found) {
      if (!holds(*thing, Access::Read)) co_return nullptr;
      ToOpen open;
      open.write = write && holds(*thing, Access::Write);
      open.type = co_await lookAtDisk([path = thing->path, folder = thing->directory] { return typeOf(path, folder); });
      open.file = kj::mv(*thing);
      co_return kj::mv(open);
    }
    co_return nullptr;
  }

  // It may have been taken back while the person chose.
  bool stillHeld(const ToOpen& thing) {
    KJ_IF_MAYBE (file, thing.file) return holds(*file, thing.write ? Access::Write : Access::Read);
    return true;
  }

  kj::Promise<std::string> ask(Question question, const ToOpen& thing) {
    question.kind = Kind::App;
    question.object.target = rememberedAs(thing.type, "").target;
    question.object.target.resize(question.object.target.size() - 4);  // Without the arrow.
    question.object.scope = Scope::Host;
    KJ_IF_MAYBE (file, thing.file) question.object.path = file->path;
    question.opener = Opener{.uri = brief(thing.uri, 1000), .type = thing.type};
    auto decision = co_await m_parts.powerbox.ask(kj::mv(question), nullptr);
    co_return decision.outcome == Decision::Outcome::Granted ? decision.app : std::string();
  }

  kj::Promise<void> launch(std::string app, ToOpen thing) {
    capnp::MallocMessageBuilder message;
    auto spec = message.initRoot<schema::LaunchSpec>();
    spec.setApp(app.c_str());
    auto argument = thing.uri;
    KJ_IF_MAYBE (file, thing.file) {
      argument = file->path;
      auto designation = spec.initDesignations(1)[0];
      designation.setPath(bytes(file->path));
      designation.setDirectory(file->directory);
      designation.setAccess(thing.write ? schema::Access::WRITE : schema::Access::READ);
      designation.setOrigin(schema::Origin::PICKED);
      designation.setObject(descriptorOf(kj::mv(file->fd)));
    }
    spec.initArguments(1).set(0, bytes(argument));
    giveDisplay(spec);
    co_await m_parts.launches.launch(spec.asReader());
    journal(Kind::App, app, "use", "opened");
  }

  void journal(Kind kind, std::string target, const char* event, std::string outcome) {
    if (!m_lines.take(m_parts.clock)) return;
    JournalEntry entry;
    entry.event = event;
    KJ_IF_MAYBE (instance, m_parts.instances.find(m_id)) entry.app = instance->holder.text();
    entry.instance = m_id;
    entry.kind = kind;
    entry.target = kj::mv(target);
    entry.outcome = kj::mv(outcome);
    m_parts.ledger.journal(kj::mv(entry));
  }

  DeskParts m_parts;
  const SessionEntries m_entries;
  InstanceId m_id;
  std::shared_ptr<Uses> m_uses;
  int m_looking = 0;
  std::string m_trialSecret;
  Ration m_opened{OPENED_PER_MINUTE}, m_lines{LINES_PER_MINUTE}, m_trashed{TRASHED_PER_MINUTE},
      m_written{WRITTEN_PER_MINUTE};
};

DeskServers::DeskServers(DeskParts parts)
    : m_parts(parts), m_entries(parts.places, besideUs("latchkey")), m_tasks(*this) {
  m_parts.ledger.observe(*this);
  m_tasks.add(kj::evalLater([this] { return clearSession(); }));
}

DeskServers::~DeskServers() noexcept(false) { m_parts.ledger.unobserve(*this); }

schema::Desk::Client DeskServers::deskFor(const InstanceId& instance) { return kj::heap<Server>(*this, instance); }

void DeskServers::grantsChanged(const std::vector<Grant>& changed) {
  for (auto& grant : changed) {
    if (grant.kind != Kind::Desktop || grant.state == GrantState::Active) continue;
    auto right = desktopRightOf(grant);
    KJ_IF_MAYBE (one, right) {
      bool ofMenu = *one == DesktopRight::Launchers && grant.state == GrantState::Revoked;
      if (ofMenu || *one == DesktopRight::Background) m_tasks.add(clearSession(grant.holder, *one));
    }
    for (auto& instance : m_parts.instances.livingOf(grant.holder)) {
      bool holds = grant.instance.empty() || grant.instance == instance->id;
      if (holds) m_tasks.add(m_parts.portals.revoked(instance->id, grant.id));
    }
  }
}

kj::Promise<void> DeskServers::clearSession() {
  auto holders = co_await lookAtDisk([entries = m_entries] { return entries.startingWithSession(); });
  for (auto& holder : holders) co_await clearSession(holder.text(), DesktopRight::Background);
}

kj::Promise<void> DeskServers::clearSession(std::string holder, DesktopRight right) {
  if (rightHeld(m_parts.ledger, m_parts.ceilings, holder, InstanceId(), right) != nullptr) co_return;
  co_await lookAtDisk([entries = m_entries, whose = Holder::parse(holder), right] {
    if (right == DesktopRight::Launchers) entries.takeAllFromMenu(whose);
    else entries.doNotStartWithSession(whose);
    return true;
  });
}

void DeskServers::taskFailed(kj::Exception&& exception) { logWarning("a desktop right: " + reason(exception)); }

}  // namespace latchkey
