// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/broker-desk.h"

#include <kj/debug.h>

#include "broker/base/descriptor.h"
#include "broker/schema/person.capnp.h"

namespace latchkey::desktop {
namespace {

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }
std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

template <typename List>
void write(const std::vector<std::string>& texts, List list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, texts[i].c_str());
}

void writeBytes(const std::vector<std::string>& texts, capnp::List<capnp::Data>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(texts[i]));
}

unsigned count(const auto& list) { return static_cast<unsigned>(list.size()); }

void write(const Chooser& chooser, schema::Chooser::Builder builder) {
  builder.setPurpose(static_cast<schema::Chooser::Purpose>(chooser.purpose));
  builder.setTitle(chooser.title.c_str());
  auto filters = builder.initFilters(count(chooser.filters));
  for (unsigned i = 0; i < filters.size(); ++i) {
    filters[i].setName(chooser.filters[i].name.c_str());
    write(chooser.filters[i].globs, filters[i].initGlobs(count(chooser.filters[i].globs)));
    write(chooser.filters[i].types, filters[i].initTypes(count(chooser.filters[i].types)));
  }
  builder.setFilter(static_cast<uint32_t>(chooser.filter));
  auto options = builder.initOptions(count(chooser.options));
  for (unsigned i = 0; i < options.size(); ++i) {
    auto& option = chooser.options[i];
    options[i].setId(option.id.c_str());
    options[i].setLabel(option.label.c_str());
    options[i].setSelected(option.selected.c_str());
    auto entries = options[i].initEntries(count(option.entries));
    for (unsigned j = 0; j < entries.size(); ++j) {
      entries[j].setId(option.entries[j].id.c_str());
      entries[j].setValue(option.entries[j].value.c_str());
    }
  }
  builder.setFolder(bytes(chooser.folder));
  builder.setName(bytes(chooser.name));
  writeBytes(chooser.names, builder.initNames(count(chooser.names)));
}

}  // namespace

kj::Promise<kj::Maybe<Picked>> BrokerDesk::choose(Chooser chooser) {
  auto call = m_broker.chooseRequest();
  write(chooser, call.initChooser());
  auto answer = co_await call.send();
  if (!answer.getPicked().isFiles()) co_return nullptr;
  auto files = answer.getPicked().getFiles();
  Picked picked{.paths = {}, .writable = files.getAccess() == schema::Access::WRITE, .filter = files.getFilter()};
  for (auto path : files.getPaths()) picked.paths.push_back(text(path));
  for (auto choice : files.getChoices()) picked.choices.push_back({text(choice.getId()), text(choice.getValue())});
  co_return kj::mv(picked);
}

kj::Promise<bool> BrokerDesk::grantPicked(std::vector<std::string> paths, bool write) {
  auto call = m_broker.grantPickedRequest();
  writeBytes(paths, call.initPaths(count(paths)));
  call.setAccess(write ? schema::Access::WRITE : schema::Access::READ);
  auto answer = co_await call.send();
  co_return answer.getGrants().size() == paths.size();
}

kj::Promise<Permission> BrokerDesk::permit(std::string right, std::string claim) {
  auto call = m_broker.permitRequest();
  call.setRight(right.c_str());
  call.setClaim(claim.c_str());
  auto answer = co_await call.send();
  co_return Permission{answer.getGranted(), text(answer.getGrant())};
}

kj::Promise<bool> BrokerDesk::openAddress(std::string uri, bool ask) {
  auto call = m_broker.openRequest();
  call.setUri(uri.c_str());
  call.setAsk(ask);
  auto answer = co_await call.send();
  co_return answer.getOpened();
}

kj::Promise<bool> BrokerDesk::openFile(kj::AutoCloseFd file, bool write, bool ask) {
  auto call = m_broker.openRequest();
  call.setFile(descriptorOf(kj::mv(file)));
  call.setWrite(write);
  call.setAsk(ask);
  auto answer = co_await call.send();
  co_return answer.getOpened();
}

kj::Promise<std::string> BrokerDesk::secret() {
  auto answer = co_await m_broker.secretRequest().send();
  co_return text(answer.getSecret());
}

kj::Promise<bool> BrokerDesk::trash(kj::AutoCloseFd file) {
  auto call = m_broker.trashRequest();
  call.setFile(descriptorOf(kj::mv(file)));
  auto answer = co_await call.send();
  co_return answer.getTrashed();
}

kj::Promise<Location> BrokerDesk::locate(kj::AutoCloseFd file) {
  auto call = m_broker.pathOfRequest();
  call.setFile(descriptorOf(kj::mv(file)));
  auto answer = co_await call.send();
  co_return Location{text(answer.getPath()), answer.getAccess() == schema::Access::WRITE};
}

kj::Promise<Readable> BrokerDesk::accessibility(kj::AutoCloseFd bus) {
  auto call = m_broker.accessibilityRequest();
  call.setBus(descriptorOf(kj::mv(bus)));
  auto answer = co_await call.send();
  co_return Readable{text(answer.getAddress()), kj::heap<schema::Handle::Client>(answer.getHandle())};
}

kj::Promise<bool> BrokerDesk::startWithSession(bool starts, std::vector<std::string> words) {
  auto call = m_broker.startWithSessionRequest();
  call.setStarts(starts);
  writeBytes(words, call.initWords(count(words)));
  auto answer = co_await call.send();
  co_return answer.getStarts();
}

kj::Promise<bool> BrokerDesk::putLauncher(std::string grant, Launcher launcher) {
  auto call = m_broker.putLauncherRequest();
  call.setGrant(grant.c_str());
  call.setId(launcher.id.c_str());
  auto builder = call.initLauncher();
  builder.setName(launcher.name.c_str());
  writeBytes(launcher.words, builder.initWords(count(launcher.words)));
  auto details = builder.initDetails(count(launcher.details));
  for (unsigned i = 0; i < details.size(); ++i) {
    details[i].setId(launcher.details[i].id.c_str());
    details[i].setValue(launcher.details[i].value.c_str());
  }
  auto answer = co_await call.send();
  co_return answer.getPut();
}

kj::Promise<bool> BrokerDesk::removeLauncher(std::string id) {
  auto call = m_broker.removeLauncherRequest();
  call.setId(id.c_str());
  auto answer = co_await call.send();
  co_return answer.getRemoved();
}

kj::Promise<std::string> BrokerDesk::launcher(std::string id) {
  auto call = m_broker.launcherRequest();
  call.setId(id.c_str());
  auto answer = co_await call.send();
  co_return text(answer.getText());
}

kj::Promise<bool> BrokerDesk::startLauncher(std::string id) {
  auto call = m_broker.startLauncherRequest();
  call.setId(id.c_str());
  auto answer = co_await call.send();
  co_return answer.getStarted();
}

// Told and not waited for: what may be used was settled when the grant was given.
kj::Own<void> BrokerDesk::use(std::string right, std::string grant) {
  auto call = m_broker.inUseRequest();
  call.setRight(right.c_str());
  call.setGrant(grant.c_str());
  return kj::heap<schema::Handle::Client>(call.send().getHandle());
}

void BrokerDesk::used(std::string right, std::string outcome) {
  auto call = m_broker.usedRequest();
  call.setRight(right.c_str());
  call.setOutcome(outcome.c_str());
  call.send().ignoreResult().detach([](kj::Exception&&) {});
}

}  // namespace latchkey::desktop
