// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A backend of the desktop, chosen by the files that a desktop has. Made before the portals are started.

#include <QTemporaryDir>
#include <filesystem>
#include <fstream>

#include "tests/portals/desktop/desktop-world.h"

namespace latchkey::test {

class FakeBackend {
public:
  FakeBackend(DesktopWorld& world, const std::string& interfaces) : bus(world.onSession()) {
    auto directory = files.path().toStdString();
    std::ofstream(directory + "/fake.portal")
        << "[portal]\nDBusName=org.freedesktop.impl.portal.Fake\nInterfaces=" << interfaces << "\n";
    std::ofstream(directory + "/portals.conf") << "[preferred]\ndefault=fake;\n";
    world.places = {.configurations = {directory}, .portals = {directory}, .desktops = {"fake"}, .own = ""};
    bus.serve([this](kj::Own<desktop::Call> call) {
      calls.push_back(call->message());
      if (onCall) return onCall(kj::mv(call));
      call->reply({desktop::Value(uint32_t{0}), desktop::asArgument(results)});
    });
    world.wait(bus.own("org.freedesktop.impl.portal.Fake"));
  }

  size_t count(const std::string& member) const {
    size_t found = 0;
    for (auto& call : calls) found += call.member == member ? 1 : 0;
    return found;
  }

  QTemporaryDir files;
  desktop::Bus& bus;
  desktop::Options results;
  std::function<void(kj::Own<desktop::Call>)> onCall;  // Otherwise it is a success with the results.
  std::vector<desktop::Message> calls;
};

inline desktop::Permission granted(const std::string&) { return {.granted = true, .grant = "g1"}; }

}  // namespace latchkey::test
