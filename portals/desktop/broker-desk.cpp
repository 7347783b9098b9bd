// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/broker-desk.h"

#include <kj/debug.h>

#include "broker/schema/person.capnp.h"

namespace latchkey::desktop {
namespace {

// A descriptor crosses as what is attached to a capability without methods.
class Sent final : public schema::Descriptor::Server {
public:
  explicit Sent(kj::AutoCloseFd fd) : m_fd(kj::mv(fd)) {}
  kj::Maybe<int> getFd() override { return m_fd.get(); }

private:
  kj::AutoCloseFd m_fd;
};

capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }
std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }

template <typename List>
void write(const std::vector<std::string>& texts, List list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, texts[i].c_str());
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
  auto names = builder.initNames(count(chooser.names));
  for (unsigned i = 0; i < names.size(); ++i) names.set(i, bytes(chooser.names[i]));
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
  auto list = call.initPaths(count(paths));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, bytes(paths[i]));
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
  call.setFile(kj::heap<Sent>(kj::mv(file)));
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
  call.setFile(kj::heap<Sent>(kj::mv(file)));
  auto answer = co_await call.send();
  co_return answer.getTrashed();
}

kj::Promise<Location> BrokerDesk::locate(kj::AutoCloseFd file) {
  auto call = m_broker.pathOfRequest();
  call.setFile(kj::heap<Sent>(kj::mv(file)));
  auto answer = co_await call.send();
  co_return Location{text(answer.getPath()), answer.getAccess() == schema::Access::WRITE};
}

kj::Promise<Readable> BrokerDesk::accessibility(kj::AutoCloseFd bus) {
  auto call = m_broker.accessibilityRequest();
  call.setBus(kj::heap<Sent>(kj::mv(bus)));
  auto answer = co_await call.send();
  co_return Readable{text(answer.getAddress()), kj::heap<schema::Handle::Client>(answer.getHandle())};
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
