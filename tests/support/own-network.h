// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Two networks of a test's own. What the test starts is in the first; servers are beyond, and the person's own network,
// of whatever machine this is, is nowhere:
//
//   sandbox ══ latchkey-net ── out0 203.0.113.2 ════ far0 203.0.113.1 and others ── servers
//                              192.168.77.2               192.168.77.1
//                              2600:1::2                  2600:1::1
//
// Nobody but this process has a capability there.

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace latchkey::test {

enum class As { Root, Self };  // Who this process is in its new user namespace.

// To be called first thing in main: threads cannot come along. Why there is no such network; empty if there is.
std::string enterOwnNetwork(As as = As::Root);

enum class Network { Here, Beyond };

// One thread is there meanwhile.
void inNetwork(Network network, const std::function<void()>& action);

// `ip`, `tc` and such, with what they need of capabilities. Whether it went well.
bool configure(Network network, const std::string& words);

// From now on nothing that is executed by this process has a capability, whoever it is run as.
void dropCapabilities();

// Ends with this process. What it says goes to `log`.
pid_t startBeyond(const std::vector<std::string>& words, const std::string& log,
                  const std::vector<std::string>& environment = {});
void endBeyond(pid_t& process);

// As if that file were at `place`, for all that is started from now on.
bool putInPlace(const std::string& file, const std::string& place);

}  // namespace latchkey::test
