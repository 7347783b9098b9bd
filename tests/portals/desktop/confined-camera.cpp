// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What latchkey-desktop does with PipeWire, confined as it is: prints how many cameras there are, and whether a
// connection to them was made and ended.

#include <kj/async-io.h>
#include <kj/debug.h>
#include <stdio.h>

#include "broker/base/harden.h"
#include "broker/base/log.h"
#include "portals/desktop/confinement.h"
#include "portals/desktop/pipewire.h"

int main() {
  using namespace latchkey;
  try {
    harden();
    desktop::confine();
    auto io = kj::setupAsyncIo();
    desktop::PipeWire pipewire(io.unixEventPort, io.provider->getTimer());
    auto cameras = pipewire.cameras().wait(io.waitScope);
    printf("%zu\n", cameras.size());
    auto opened = pipewire.open("org.example.App", cameras).wait(io.waitScope);
    opened.fd = nullptr;
    opened.remote->gone().wait(io.waitScope);
    printf("ended\n");
  } catch (const kj::Exception& exception) {
    fprintf(stderr, "%s\n", reason(exception).c_str());
    return 1;
  }
  return 0;
}
