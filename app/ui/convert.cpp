// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/convert.h"

#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::ui {

namespace parts {

constexpr size_t LONGEST_TEXT = 400;
constexpr size_t LONGEST_PARAGRAPHS = 6000;
constexpr qsizetype MOST_PARAGRAPHS = 100;

QString text(capnp::Text::Reader reader) {
  return QString::fromStdString(brief(std::string_view(reader.cStr(), reader.size()), LONGEST_TEXT));
}

QString paragraphs(capnp::Text::Reader reader) {
  QStringList lines;
  size_t room = LONGEST_PARAGRAPHS;
  std::string_view rest(reader.cStr(), reader.size());
  while (!rest.empty() && room > 0 && lines.size() < MOST_PARAGRAPHS) {
    auto end = std::min(rest.find('\n'), rest.size());
    auto line = QString::fromStdString(brief(rest.substr(0, end), room));
    room -= std::min(room, size_t(line.size()));
    if (!line.trimmed().isEmpty()) lines << line;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines.join(u'\n');
}

QString id(capnp::Text::Reader reader) { return QString::fromUtf8(reader.cStr(), qsizetype(reader.size())); }

}  // namespace parts

namespace {

using parts::id;
using parts::text;

#define SAME(ours, theirs) static_assert(int(ours) == int(theirs))
SAME(Terms::Kind::File, schema::Kind::FILE);
SAME(Terms::Kind::Window, schema::Kind::WINDOW);
SAME(Terms::Access::Write, schema::Access::WRITE);
SAME(Terms::Scope::Tree, schema::Scope::TREE);
SAME(Terms::Scope::Pattern, schema::Scope::PATTERN);
SAME(Terms::GrantState::Revoked, schema::State::REVOKED);
SAME(Terms::Origin::Workdir, schema::Origin::WORKDIR);
SAME(Terms::Lasting::Once, schema::Lifetime::ONCE);
SAME(Terms::Lasting::Run, schema::Lifetime::RUN);
SAME(Terms::Lasting::Until, schema::Lifetime::UNTIL);
SAME(Terms::Lasting::Always, schema::Lifetime::ALWAYS);
SAME(Terms::RequestState::Unpresentable, schema::Request::State::UNPRESENTABLE);
SAME(Terms::Verdict::Dismiss, schema::Answer::Verdict::DISMISS);
SAME(ChooserWish::Purpose::SaveFiles, schema::Chooser::Purpose::SAVE_FILES);
SAME(Terms::InstanceState::Ended, schema::InstanceInfo::State::ENDED);
SAME(NetworkWish::Place::ThisComputer, schema::Network::Place::THIS_COMPUTER);
SAME(Connection::State::Ended, schema::Connection::State::ENDED);
#undef SAME

// A newer broker may know values that this program does not: the nearest harmless one stands in.
template <typename To, typename From>
To bounded(From value, To last, To otherwise) {
  return int(value) <= int(last) ? To(int(value)) : otherwise;
}

QByteArray bytes(capnp::Data::Reader reader) {
  return QByteArray(reinterpret_cast<const char*>(reader.begin()), qsizetype(reader.size()));
}

Lifetime fromSchema(schema::Lifetime::Reader reader) {
  auto lasting = bounded(reader.which(), Terms::Lasting::Always, Terms::Lasting::Once);
  return {lasting, reader.isUntil() ? reader.getUntil() : 0};
}

Object fromSchema(schema::Object::Reader reader) {
  return {text(reader.getTarget()),
          bytes(reader.getPath()),
          bounded(reader.getScope(), Terms::Scope::Pattern, Terms::Scope::File),
          reader.getSee(),
          reader.getDevice(),
          reader.getInode()};
}

// Texts of a chooser stand in buttons and lists: short.
constexpr size_t LONGEST_LABEL = 120;

QString label(capnp::Text::Reader reader) {
  return QString::fromStdString(brief(std::string_view(reader.cStr(), reader.size()), LONGEST_LABEL));
}

QStringList ids(capnp::List<capnp::Text>::Reader reader) {
  QStringList list;
  for (auto item : reader) list << id(item);
  return list;
}

ChooserOption fromSchema(schema::Chooser::Option::Reader reader) {
  ChooserOption option{id(reader.getId()), label(reader.getLabel()), {}, id(reader.getSelected())};
  for (auto entry : reader.getEntries()) option.entries.append({id(entry.getId()), label(entry.getValue())});
  return option;
}

ChooserWish fromSchema(schema::Chooser::Reader reader) {
  ChooserWish wish;
  wish.purpose = bounded(reader.getPurpose(), ChooserWish::Purpose::SaveFiles, ChooserWish::Purpose::OpenFile);
  wish.title = text(reader.getTitle());
  for (auto filter : reader.getFilters())
    wish.filters.append({label(filter.getName()), ids(filter.getGlobs()), ids(filter.getTypes())});
  wish.filter = reader.getFilter();
  for (auto option : reader.getOptions()) wish.options.append(fromSchema(option));
  wish.folder = bytes(reader.getFolder());
  wish.name = bytes(reader.getName());
  for (auto name : reader.getNames()) wish.names.append(bytes(name));
  return wish;
}

NetworkWish fromSchema(schema::Network::Reader reader) {
  NetworkWish wish;
  wish.host = text(reader.getHost());
  wish.port = reader.getPort();
  wish.protocol = label(reader.getProtocol());
  wish.service = label(reader.getService());
  wish.local = label(reader.getLocal());
  wish.domain = text(reader.getDomain());
  wish.raw = reader.getRaw();
  wish.place = bounded(reader.getPlace(), NetworkWish::Place::ThisComputer, NetworkWish::Place::LocalNetwork);
  return wish;
}

void fill(const Picked& picked, schema::Answer::Builder builder) {
  auto chosen = builder.initChosen(picked.chosen.size());
  for (auto i : kj::indices(chosen)) {
    const auto& thing = picked.chosen[qsizetype(i)];
    chosen[i].setPath({reinterpret_cast<const kj::byte*>(thing.path.constData()), size_t(thing.path.size())});
    if (thing.object) chosen[i].setObject(descriptorOf(duplicate(thing.object->fd())));
  }
  builder.setFilter(picked.filter);
  auto choices = builder.initChoices(picked.choices.size());
  for (auto i : kj::indices(choices)) {
    choices[i].setId(picked.choices[qsizetype(i)].id.toStdString().c_str());
    choices[i].setValue(picked.choices[qsizetype(i)].value.toStdString().c_str());
  }
  builder.setApp(picked.app.toStdString().c_str());
}

void limit(Grant& grant, schema::Limits::Reader limits) {
  grant.bytesPerSecond = limits.getBytesPerSecond();
  grant.bytesPerDay = limits.getBytesPerDay();
  grant.bytesInAll = limits.getBytes();
}

}  // namespace

Grant fromSchema(schema::Grant::Reader reader) {
  Grant grant;
  grant.id = id(reader.getId());
  grant.holder = id(reader.getHolder());
  grant.holderName = text(reader.getHolderName());
  grant.kind = bounded(reader.getKind(), Terms::Kind::Window, Terms::Kind::Device);
  grant.object = fromSchema(reader.getObject());
  grant.access = bounded(reader.getAccess(), Terms::Access::Write, Terms::Access::Write);
  grant.keep = reader.getKeep();
  grant.lapsed = reader.getLapsed();
  grant.lifetime = fromSchema(reader.getLifetime());
  grant.parent = id(reader.getParent());
  grant.state = bounded(reader.getState(), Terms::GrantState::Revoked, Terms::GrantState::Active);
  grant.origin = bounded(reader.getOrigin(), Terms::Origin::Workdir, Terms::Origin::Added);
  grant.instance = id(reader.getInstance());
  grant.created = reader.getCreated();
  grant.used = reader.getUsed();
  grant.ended = reader.getEnded();
  grant.uses = reader.getUses();
  grant.bytes = reader.getBytesRead() + reader.getBytesWritten();
  grant.mostUses = reader.getLimits().getUses();
  grant.live = reader.getLive();
  grant.fast = reader.getFast();
  limit(grant, reader.getLimits());
  grant.resting = reader.getResting();
  return grant;
}

Request fromSchema(schema::Request::Reader reader) {
  Request request;
  request.id = id(reader.getId());
  request.app = id(reader.getApp());
  request.appName = text(reader.getAppName());
  request.instance = id(reader.getInstance());
  request.kind = bounded(reader.getKind(), Terms::Kind::Window, Terms::Kind::Device);
  request.object = fromSchema(reader.getObject());
  request.access = bounded(reader.getAccess(), Terms::Access::Write, Terms::Access::Write);
  request.claim = text(reader.getClaim());
  request.since = reader.getSince();
  request.deadline = reader.getDeadline();
  request.state = bounded(reader.getState(), Terms::RequestState::Unpresentable, Terms::RequestState::Withdrawn);
  for (auto scope : reader.getScopes()) {
    if (int(scope) <= int(Terms::Scope::Pattern)) request.scopes.append(Terms::Scope(int(scope)));
  }
  request.pid = reader.getPid();
  request.program = text(reader.getProgram());
  request.directory = reader.getDirectory();
  request.size = reader.getSize();
  request.modified = reader.getModified();
  request.create = reader.getCreate();
  request.decided = reader.getDecided();
  request.grant = id(reader.getGrant());
  request.visible = reader.getVisible();
  request.alsoWaiting = reader.getAlsoWaiting();
  request.mayBeFast = reader.getMayBeFast();
  if (reader.hasChooser()) request.chooser = fromSchema(reader.getChooser());
  if (reader.hasNetwork()) request.network = fromSchema(reader.getNetwork());
  if (reader.hasWish()) {
    auto wish = reader.getWish();
    request.wish = {text(wish.getName()), wish.getSeconds(), wish.getAlways(), int(wish.getStripe() % STRIPES)};
  }
  if (reader.hasOpener()) request.opener = {text(reader.getOpener().getUri()), id(reader.getOpener().getType())};
  return request;
}

Instance fromSchema(schema::InstanceInfo::Reader reader) {
  Instance instance;
  instance.id = id(reader.getId());
  instance.app = id(reader.getApp());
  instance.profile = id(reader.getProfile());
  instance.name = text(reader.getName());
  instance.pid = reader.getPid();
  instance.started = reader.getStarted();
  instance.state = bounded(reader.getState(), Terms::InstanceState::Ended, Terms::InstanceState::Running);
  instance.icon = id(reader.getIcon());
  instance.limits = text(reader.getLimits());
  instance.desktop = text(reader.getDesktop());
  instance.command = text(reader.getCommand());
  instance.lacked = id(reader.getLacked());
  instance.startedBy = text(reader.getStartedByName());
  return instance;
}

Process fromSchema(schema::Instance::Process::Reader reader) {
  return {reader.getPid(),        reader.getParent(), text(reader.getName()),
          reader.getCpuSeconds(), reader.getMemory(), reader.getOpenFiles()};
}

OpenProgram fromSchema(schema::Program::Reader reader) { return {reader.getPid(), text(reader.getName())}; }

OpenFile fromSchema(schema::OpenFile::Reader reader) {
  OpenFile file;
  file.path = bytes(reader.getPath());
  file.program = fromSchema(reader.getProgram());
  file.access = bounded(reader.getAccess(), Terms::Access::Write, Terms::Access::Write);
  file.directory = reader.getDirectory();
  file.bytesRead = reader.getBytesRead();
  file.bytesWritten = reader.getBytesWritten();
  file.used = reader.getUsed();
  file.mapped = bounded(reader.getMapped(), OpenFile::Mapped::Unknown, OpenFile::Mapped::Unknown);
  file.mappers = listFromSchema(reader.getMappers());
  file.grant = id(reader.getGrant());
  return file;
}

Connection fromSchema(schema::Connection::Reader reader) {
  Connection connection;
  connection.id = reader.getId();
  connection.destination = text(reader.getDestination());
  connection.address = label(reader.getAddress());
  connection.inward = reader.getDirection() == schema::Connection::Direction::IN;
  connection.state = bounded(reader.getState(), Connection::State::Ended, Connection::State::Open);
  connection.since = reader.getSince();
  connection.used = reader.getUsed();
  connection.ended = reader.getEnded();
  connection.bytesIn = reader.getBytesIn();
  connection.bytesOut = reader.getBytesOut();
  connection.program = label(reader.getProgram());
  connection.pid = reader.getPid();
  connection.instance = id(reader.getInstance());
  connection.grant = id(reader.getGrant());
  connection.ending = bounded(reader.getEnding(), Connection::Ending::Failed, Connection::Ending::Failed);
  return connection;
}

Listener fromSchema(schema::Person::InstanceListener::Reader reader) {
  return fromSchema(id(reader.getInstance()), reader.getListener());
}

Listener fromSchema(const QString& instance, schema::Listener::Reader listener) {
  return {instance,        listener.getPort(), listener.getUdp(), label(listener.getProgram()), id(listener.getGrant()),
          listener.getId()};
}

JournalEntry fromSchema(schema::JournalEntry::Reader reader) {
  JournalEntry entry;
  entry.sequence = reader.getSequence();
  entry.time = reader.getTime();
  entry.event = id(reader.getEvent());
  entry.app = id(reader.getApp());
  entry.instance = id(reader.getInstance());
  entry.kind = bounded(reader.getKind(), Terms::Kind::Window, Terms::Kind::Device);
  entry.target = text(reader.getTarget());
  entry.grant = id(reader.getGrant());
  entry.outcome = id(reader.getOutcome());
  return entry;
}

Status fromSchema(schema::Status::Reader reader) {
  return {text(reader.getVersion()), text(reader.getStore()), reader.getNetworkOff(), reader.getPresenters()};
}

Settings fromSchema(schema::AppSettings::Reader reader) {
  Settings settings;
  settings.app = id(reader.getApp());
  settings.petname = text(reader.getPetname());
  settings.alwaysConfined = reader.getAlwaysConfined();
  settings.sharedX = reader.getSharedX();
  settings.ownSandboxes = reader.getOwnSandboxes();
  settings.memoryLimit = reader.getMemoryLimit();
  settings.processLimit = reader.getProcessLimit();
  settings.cpuPercent = reader.getCpuPercent();
  settings.networkRate = reader.getNetworkRate();
  settings.networkPerDay = reader.getNetworkPerDay();
  settings.seeHomeNames = reader.getSeeHomeNames();
  settings.gpu = reader.getGpu();
  for (auto right : reader.getOff()) settings.off << text(right);
  return settings;
}

void toSchema(const Lifetime& lifetime, schema::Lifetime::Builder builder) {
  switch (lifetime.lasting) {
    case Terms::Lasting::Once: return builder.setOnce();
    case Terms::Lasting::Run: return builder.setRun();
    case Terms::Lasting::Until: return builder.setUntil(lifetime.until);
    case Terms::Lasting::Always: return builder.setAlways();
  }
}

void toSchema(const Answer& answer, schema::Answer::Builder builder) {
  builder.setVerdict(schema::Answer::Verdict(int(answer.verdict)));
  builder.setAccess(schema::Access(int(answer.access)));
  builder.setScope(schema::Scope(int(answer.scope)));
  toSchema(answer.lifetime, builder.initLifetime());
  builder.setFast(answer.fast);
  if (!answer.picked.empty()) fill(answer.picked, builder);
}

void toSchema(const Settings& settings, schema::AppSettings::Builder builder) {
  builder.setApp(settings.app.toStdString().c_str());
  builder.setPetname(settings.petname.toStdString().c_str());
  builder.setAlwaysConfined(settings.alwaysConfined);
  builder.setSharedX(settings.sharedX);
  builder.setOwnSandboxes(settings.ownSandboxes);
  builder.setMemoryLimit(settings.memoryLimit);
  builder.setProcessLimit(settings.processLimit);
  builder.setCpuPercent(settings.cpuPercent);
  builder.setNetworkRate(settings.networkRate);
  builder.setNetworkPerDay(settings.networkPerDay);
  builder.setSeeHomeNames(settings.seeHomeNames);
  builder.setGpu(settings.gpu);
  auto off = builder.initOff(unsigned(settings.off.size()));
  for (unsigned i = 0; i < off.size(); ++i) off.set(i, settings.off[i].toStdString().c_str());
}

void toSchema(const JournalFilter& filter, schema::Person::JournalFilter::Builder builder) {
  builder.setApp(filter.app.toStdString().c_str());
  builder.setSince(filter.since);
  builder.setBefore(filter.before);
  builder.setLimit(filter.limit);
  builder.setText(filter.text.toStdString().c_str());
  builder.setKind(filter.kind.toStdString().c_str());
}

Grant fromSchema(schema::Refusal::Reader reader) {
  Grant grant;
  grant.id = id(reader.getId());
  grant.holder = id(reader.getHolder());
  grant.holderName = text(reader.getHolderName());
  grant.kind = bounded(reader.getKind(), Terms::Kind::Window, Terms::Kind::Device);
  grant.object = fromSchema(reader.getObject());
  grant.access = bounded(reader.getAccess(), Terms::Access::Write, Terms::Access::Read);
  grant.created = reader.getSince();
  return grant;
}

Grant fromSchema(schema::Rule::Reader reader) {
  Grant grant;
  grant.holder = id(reader.getHolder());
  grant.kind = bounded(reader.getKind(), Terms::Kind::Window, Terms::Kind::Device);
  grant.object = fromSchema(reader.getObject());
  grant.access = bounded(reader.getAccess(), Terms::Access::Write, Terms::Access::Write);
  grant.lifetime = fromSchema(reader.getLifetime());
  grant.keep = reader.getKeep();
  limit(grant, reader.getLimits());
  return grant;
}

Reason fromSchema(schema::Reason::Reader reader) {
  Reason reason;
  reason.decides = bounded(reader.getVerdict(), Reason::Decides::Asked, Reason::Decides::Asked);
  reason.line = text(reader.getLine());
  reason.byRule = reader.hasGrant() || reader.hasRefusal();
  if (reader.hasGrant()) {
    reason.grant = fromSchema(reader.getGrant());
  } else if (reader.hasRefusal()) {
    reason.grant = fromSchema(reader.getRefusal());
  }
  return reason;
}

namespace {

void networkToSchema(const Rule& rule, schema::Rule::Builder builder) {
  builder.setKind(schema::Kind(int(rule.kind)));
  auto object = builder.initObject();
  object.setTarget(rule.target.toStdString().c_str());
  object.setScope(schema::Scope::HOST);  // The target says it.
  auto limits = builder.initLimits();
  limits.setBytesPerSecond(rule.bytesPerSecond);
  limits.setBytesPerDay(rule.bytesPerDay);
  limits.setBytes(rule.bytesInAll);
}

void pathToSchema(const Rule& rule, schema::Rule::Builder builder) {
  bool folder = rule.scope == Terms::Scope::Folder || rule.scope == Terms::Scope::Tree;
  builder.setKind(folder ? schema::Kind::FOLDER : schema::Kind::FILE);
  auto object = builder.initObject();
  object.setPath({reinterpret_cast<const kj::byte*>(rule.path.constData()), size_t(rule.path.size())});
  object.setScope(schema::Scope(int(rule.scope)));
}

}  // namespace

void toSchema(const Rule& rule, schema::Rule::Builder builder) {
  builder.setHolder(rule.holder.toStdString().c_str());
  bool isNetwork = rule.kind == Terms::Kind::Network || rule.kind == Terms::Kind::Listen;
  isNetwork ? networkToSchema(rule, builder) : pathToSchema(rule, builder);
  builder.setAccess(schema::Access(int(rule.access)));
  toSchema(rule.lifetime, builder.initLifetime());
  builder.setKeep(rule.keep);
}

kj::Array<kj::String> toSchema(const QStringList& list) {
  auto result = kj::heapArrayBuilder<kj::String>(list.size());
  for (const auto& item : list) result.add(kj::heapString(item.toStdString().c_str()));
  return result.finish();
}

}  // namespace latchkey::ui
