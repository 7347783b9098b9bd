// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-fill.h"

#include "app/ui/convert.h"

namespace latchkey::ui::fake {
namespace {

capnp::Data::Reader dataOf(const QByteArray& bytes) {
  return {reinterpret_cast<const kj::byte*>(bytes.constData()), size_t(bytes.size())};
}

void fill(const Object& object, schema::Object::Builder builder) {
  builder.setTarget(kjText(object.target));
  builder.setPath(dataOf(object.path));
  builder.setScope(schema::Scope(int(object.scope)));
  builder.setSee(object.see);
  builder.setDevice(object.device);
  builder.setInode(object.inode);
}

void setTexts(const QStringList& texts, capnp::List<capnp::Text>::Builder list) {
  for (auto i : kj::indices(list)) list.set(i, kjText(texts[qsizetype(i)]));
}

void fill(const ChooserOption& option, schema::Chooser::Option::Builder builder) {
  builder.setId(kjText(option.id));
  builder.setLabel(kjText(option.label));
  builder.setSelected(kjText(option.selected));
  auto entries = builder.initEntries(option.entries.size());
  for (auto i : kj::indices(entries)) {
    entries[i].setId(kjText(option.entries[qsizetype(i)].id));
    entries[i].setValue(kjText(option.entries[qsizetype(i)].value));
  }
}

void fill(const ChooserWish& wish, schema::Chooser::Builder builder) {
  builder.setPurpose(schema::Chooser::Purpose(int(wish.purpose)));
  builder.setTitle(kjText(wish.title));
  auto filters = builder.initFilters(wish.filters.size());
  for (auto i : kj::indices(filters)) {
    const auto& filter = wish.filters[qsizetype(i)];
    filters[i].setName(kjText(filter.name));
    setTexts(filter.globs, filters[i].initGlobs(filter.globs.size()));
    setTexts(filter.types, filters[i].initTypes(filter.types.size()));
  }
  builder.setFilter(wish.filter);
  auto options = builder.initOptions(wish.options.size());
  for (auto i : kj::indices(options)) fill(wish.options[qsizetype(i)], options[i]);
  builder.setFolder(dataOf(wish.folder));
  builder.setName(dataOf(wish.name));
  auto names = builder.initNames(wish.names.size());
  for (auto i : kj::indices(names)) names.set(i, dataOf(wish.names[qsizetype(i)]));
}

// Only what can be told from a line: which of them came with a descriptor.
Picked pickedOf(schema::Answer::Reader reader) {
  Picked picked;
  for (auto thing : reader.getChosen()) {
    auto path = thing.getPath();
    QByteArray bytes(reinterpret_cast<const char*>(path.begin()), qsizetype(path.size()));
    picked.chosen.append({bytes + (thing.hasObject() ? "[fd]" : "[new]"), nullptr});
  }
  picked.filter = reader.getFilter();
  for (auto choice : reader.getChoices())
    picked.choices.append({QString::fromUtf8(choice.getId().cStr()), QString::fromUtf8(choice.getValue().cStr())});
  picked.app = QString::fromUtf8(reader.getApp().cStr());
  return picked;
}

void fill(const NetworkWish& wish, schema::Network::Builder builder) {
  builder.setHost(kjText(wish.host));
  builder.setPort(wish.port);
  builder.setProtocol(kjText(wish.protocol));
  builder.setService(kjText(wish.service));
  builder.setRaw(wish.raw);
  builder.setLocal(kjText(wish.local));
  builder.setPlace(schema::Network::Place(int(wish.place)));
  builder.setDomain(kjText(wish.domain));
}

const char* word(Terms::Verdict verdict) {
  static const char* words[] = {"allow", "deny", "never", "dismiss"};
  return words[int(verdict)];
}
const char* word(Terms::Scope scope) {
  static const char* words[] = {"file", "siblings", "folder", "tree", "host", "domain", "port", "network", "pattern"};
  return words[int(scope)];
}
const char* word(Terms::Lasting lasting) {
  static const char* words[] = {"once", "run", "until", "always"};
  return words[int(lasting)];
}

}  // namespace

kj::String kjText(const QString& text) { return kj::heapString(text.toStdString().c_str()); }

void fill(const Grant& grant, schema::Grant::Builder builder) {
  builder.setId(kjText(grant.id));
  builder.setHolder(kjText(grant.holder));
  builder.setHolderName(kjText(grant.holderName));
  builder.setKind(schema::Kind(int(grant.kind)));
  fill(grant.object, builder.initObject());
  builder.setAccess(schema::Access(int(grant.access)));
  toSchema(grant.lifetime, builder.initLifetime());
  builder.setParent(kjText(grant.parent));
  builder.setState(schema::State(int(grant.state)));
  builder.setOrigin(schema::Origin(int(grant.origin)));
  builder.setInstance(kjText(grant.instance));
  builder.setCreated(grant.created);
  builder.setUsed(grant.used);
  builder.setEnded(grant.ended);
  builder.setUses(grant.uses);
  builder.setBytesRead(grant.bytes);
  builder.setLive(grant.live);
  builder.setFast(grant.fast);
  builder.setKeep(grant.keep);
  builder.setLapsed(grant.lapsed);
  auto limits = builder.initLimits();
  limits.setUses(grant.mostUses);
  limits.setBytesPerSecond(grant.bytesPerSecond);
  limits.setBytesPerDay(grant.bytesPerDay);
  limits.setBytes(grant.bytesInAll);
  builder.setResting(grant.resting);
}

void fill(const Grant& refused, schema::Refusal::Builder builder) {
  builder.setId(kjText(refused.id));
  builder.setHolder(kjText(refused.holder));
  builder.setHolderName(kjText(refused.holderName));
  builder.setKind(schema::Kind(int(refused.kind)));
  fill(refused.object, builder.initObject());
  builder.setAccess(schema::Access(int(refused.access)));
  builder.setSince(refused.created);
}

void fill(const Request& request, schema::Request::Builder builder) {
  builder.setId(kjText(request.id));
  builder.setApp(kjText(request.app));
  builder.setAppName(kjText(request.appName));
  builder.setInstance(kjText(request.instance));
  builder.setKind(schema::Kind(int(request.kind)));
  fill(request.object, builder.initObject());
  builder.setAccess(schema::Access(int(request.access)));
  builder.setClaim(kjText(request.claim));
  builder.setSince(request.since);
  builder.setDeadline(request.deadline);
  builder.setState(schema::Request::State(int(request.state)));
  auto scopes = builder.initScopes(request.scopes.size());
  for (auto i : kj::indices(scopes)) scopes.set(i, schema::Scope(int(request.scopes[qsizetype(i)])));
  builder.setPid(request.pid);
  builder.setProgram(kjText(request.program));
  builder.setDirectory(request.directory);
  builder.setSize(request.size);
  builder.setModified(request.modified);
  builder.setCreate(request.create);
  builder.setDecided(request.decided);
  builder.setGrant(kjText(request.grant));
  builder.setVisible(request.visible);
  builder.setAlsoWaiting(request.alsoWaiting);
  builder.setMayBeFast(request.mayBeFast);
  if (request.network) fill(*request.network, builder.initNetwork());
  if (request.wish) {
    auto wish = builder.initWish();
    wish.setName(kjText(request.wish->name));
    wish.setSeconds(request.wish->seconds);
    wish.setAlways(request.wish->always);
    wish.setStripe(uint8_t(request.wish->stripe));
  }
  if (request.chooser) fill(*request.chooser, builder.initChooser());
  if (request.opener) {
    builder.initOpener().setUri(kjText(request.opener->uri));
    builder.getOpener().setType(kjText(request.opener->type));
  }
}

void fill(const Instance& instance, schema::InstanceInfo::Builder builder) {
  builder.setId(kjText(instance.id));
  builder.setApp(kjText(instance.app));
  builder.setProfile(kjText(instance.profile));
  builder.setName(kjText(instance.name));
  builder.setPid(instance.pid);
  builder.setStarted(instance.started);
  builder.setState(schema::InstanceInfo::State(int(instance.state)));
  builder.setIcon(kjText(instance.icon));
  builder.setLimits(kjText(instance.limits));
  builder.setDesktop(kjText(instance.desktop));
  builder.setCommand(kjText(instance.command));
  builder.setLacked(kjText(instance.lacked));
  builder.setStartedByName(kjText(instance.startedBy));
}

void fill(const Process& process, schema::Instance::Process::Builder builder) {
  builder.setPid(process.pid);
  builder.setParent(process.parent);
  builder.setName(kjText(process.name));
  builder.setCpuSeconds(process.cpuSeconds);
  builder.setMemory(process.memory);
  builder.setOpenFiles(process.openFiles);
}

void fill(const JournalEntry& entry, schema::JournalEntry::Builder builder) {
  builder.setSequence(entry.sequence);
  builder.setTime(entry.time);
  builder.setEvent(kjText(entry.event));
  builder.setApp(kjText(entry.app));
  builder.setKind(schema::Kind(int(entry.kind)));
  builder.setTarget(kjText(entry.target));
  builder.setGrant(kjText(entry.grant));
  builder.setOutcome(kjText(entry.outcome));
}

void fill(const Connection& connection, schema::Connection::Builder builder) {
  builder.setId(connection.id);
  builder.setDestination(kjText(connection.destination));
  builder.setAddress(kjText(connection.address));
  builder.setState(schema::Connection::State(int(connection.state)));
  builder.setSince(connection.since);
  builder.setUsed(connection.used);
  builder.setEnded(connection.ended);
  builder.setBytesIn(connection.bytesIn);
  builder.setBytesOut(connection.bytesOut);
  builder.setProgram(kjText(connection.program));
  builder.setInstance(kjText(connection.instance));
  builder.setGrant(kjText(connection.grant));
  builder.setEnding(static_cast<schema::Connection::Ending>(connection.ending));
}

void fill(const Listener& listener, schema::Person::InstanceListener::Builder builder) {
  builder.setInstance(kjText(listener.instance));
  builder.initListener().setPort(listener.port);
  builder.getListener().setUdp(listener.udp);
  builder.getListener().setProgram(kjText(listener.program));
  builder.getListener().setGrant(kjText(listener.grant));
  builder.getListener().setId(listener.id);
}

void fill(const Settings& settings, schema::AppSettings::Builder builder) { toSchema(settings, builder); }

void fill(const Status& status, schema::Status::Builder builder) {
  builder.setVersion(kjText(status.version));
  builder.setStore(kjText(status.store));
  builder.setNetworkOff(status.networkOff);
  builder.setPresenters(status.presenters);
}

Answer answerOf(schema::Answer::Reader reader) {
  return {Terms::Verdict(int(reader.getVerdict())),
          Terms::Access(int(reader.getAccess())),
          Terms::Scope(int(reader.getScope())),
          {Terms::Lasting(int(reader.getLifetime().which())),
           reader.getLifetime().isUntil() ? reader.getLifetime().getUntil() : 0},
          reader.getFast(),
          pickedOf(reader)};
}

QString line(const QString& id, const Answer& answer) {
  QString more;
  for (const auto& thing : answer.picked.chosen) more += u' ' + QString::fromUtf8(thing.path);
  if (answer.picked.filter) more += QStringLiteral(" filter=%1").arg(answer.picked.filter);
  for (const auto& choice : answer.picked.choices) more += u' ' + choice.id + u'=' + choice.value;
  if (!answer.picked.app.isEmpty()) more += QStringLiteral(" with ") + answer.picked.app;
  return QStringLiteral("%1 %2 %3 %4 %5")
             .arg(id, QLatin1String(word(answer.verdict)),
                  QLatin1String(answer.access == Terms::Access::Write ? "write" : "read"),
                  QLatin1String(word(answer.scope)), QLatin1String(word(answer.lifetime.lasting))) +
         more;
}

}  // namespace latchkey::ui::fake
