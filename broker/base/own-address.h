// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once

#include <kj/io.h>

#include <set>

#include "broker/base/address.h"

namespace latchkey {

// Whether an interface of this computer has it at this moment. Where that cannot be found out: yes, so that it is asked
// about as such.
bool isOwn(const Address& address);

// The same for who asks at every connection: to list all addresses takes the kernel longer than to connect. They are
// read again when it says that some came or went, which it does as they do: no answer is older than one of isOwn().
class OwnAddresses {
public:
  OwnAddresses();
  bool contains(const Address& address);

  unsigned timesRead() const { return m_timesRead; }

private:
  bool haveChanged();

  kj::AutoCloseFd m_changes;  // None: they may have changed at any time.
  kj::Maybe<std::set<Address>> m_all;
  unsigned m_timesRead = 0;
};

}  // namespace latchkey
