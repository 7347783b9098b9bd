// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// bench-person: a person's program without a screen, for measuring. Does to the broker what a line on its input says
// and answers with one line; times are nanoseconds since boot, durations nanoseconds.
//
//   grant HOLDER PATH          "ID BEFORE AFTER": a grant for good, to read, of a file or of a folder with all below it
//
//   revoke ID                  "BEFORE AFTER": AFTER is when the broker said that it is cut
//
//   fill HOLDERS COUNT PATH    a duration: COUNT grants of PATH, of numbered holders
//
//   list [HOLDER]              "COUNT DURATION"
//
//   answer                     a duration: the next question is answered "allow, once"; from its coming to our answer
//                              having reached the broker
//
//   decline                    a time: when the next question came, which is answered "no"
//
//   end                        the broker ends

#include <fcntl.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <iostream>
#include <sstream>
#include <string>

#include "broker/base/connection.h"
#include "broker/base/descriptor.h"
#include "broker/base/places.h"
#include "broker/base/start-broker.h"
#include "broker/schema/person.capnp.h"

using namespace latchkey;

namespace {

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// What is at a path, as something to be sent.
schema::Descriptor::Client at(const std::string& path) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), O_PATH | O_CLOEXEC), path);
  return descriptorOf(kj::AutoCloseFd(fd));
}

// Says yes to whatever comes first.
class YesOnce final : public schema::Presenter::Server {
public:
  explicit YesOnce(kj::Own<kj::PromiseFulfiller<void>> asked) : m_asked(kj::mv(asked)) {}
  kj::Promise<void> present(PresentContext context) override {
    auto answer = context.getResults().initAnswer();
    answer.setVerdict(schema::Answer::Verdict::ALLOW);
    answer.setAccess(context.getParams().getRequest().getAccess());
    answer.setScope(context.getParams().getRequest().getScopes()[0]);
    answer.initLifetime().setOnce();
    m_asked->fulfill();
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<void>> m_asked;
};

class NoOnce final : public schema::Presenter::Server {
public:
  explicit NoOnce(kj::Own<kj::PromiseFulfiller<long long>> asked) : m_asked(kj::mv(asked)) {}
  kj::Promise<void> present(PresentContext context) override {
    m_asked->fulfill(now());
    context.getResults().initAnswer().setVerdict(schema::Answer::Verdict::DENY);
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<long long>> m_asked;
};

class Person {
public:
  Person()
      : m_io(kj::setupAsyncIo()),
        m_connection(m_io.lowLevelProvider->wrapUnixSocketFd(ensureBroker(Places::fromEnvironment()),
                                                             kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC),
                     capnp::rpc::twoparty::Side::CLIENT),
        m_person(m_connection.bootstrap().castAs<schema::Person>()) {}

  void grant(std::istream& words) {
    std::string holder, path;
    words >> holder >> path;
    auto before = now();
    auto answer = grantOf(holder, path).send().wait(m_io.waitScope);
    std::printf("%s %lld %lld\n", answer.getId().cStr(), before, now());
  }

  void revoke(std::istream& words) {
    std::string id;
    words >> id;
    auto call = m_person.revokeRequest();
    call.initGrants(1).set(0, id.c_str());
    auto before = now();
    call.send().wait(m_io.waitScope);
    std::printf("%lld %lld\n", before, now());
  }

  void fill(std::istream& words) {
    std::string path;
    int holders = 0, count = 0;
    words >> holders >> count >> path;
    auto before = now();
    for (int i = 0; i < count; ++i)
      grantOf("org.bench.App" + std::to_string(i % holders), path).send().wait(m_io.waitScope);
    std::printf("%lld\n", (now() - before) / count);
  }

  void list(std::istream& words) {
    std::string holder;
    words >> holder;
    auto call = m_person.grantsRequest();
    call.setApp(holder.c_str());
    auto before = now();
    auto answer = call.send().wait(m_io.waitScope);
    std::printf("%u %lld\n", answer.getList().size(), now() - before);
  }

  void answer() {
    auto paf = kj::newPromiseAndFulfiller<void>();
    auto call = m_person.presentRequest();
    call.setPresenter(kj::heap<YesOnce>(kj::mv(paf.fulfiller)));
    auto handle = call.send().wait(m_io.waitScope).getHandle();
    std::printf("ready\n");
    std::fflush(stdout);
    paf.promise.wait(m_io.waitScope);
    auto before = now();
    m_person.statusRequest().send().wait(m_io.waitScope);
    std::printf("%lld\n", now() - before);
  }

  void decline() {
    auto paf = kj::newPromiseAndFulfiller<long long>();
    auto call = m_person.presentRequest();
    call.setPresenter(kj::heap<NoOnce>(kj::mv(paf.fulfiller)));
    auto handle = call.send().wait(m_io.waitScope).getHandle();
    std::printf("ready\n");
    std::fflush(stdout);
    auto came = paf.promise.wait(m_io.waitScope);
    m_person.statusRequest().send().wait(m_io.waitScope);
    std::printf("%lld\n", came);
  }

  void end() {
    m_person.shutdownRequest().send().ignoreResult().catch_([](kj::Exception&&) {}).wait(m_io.waitScope);
    std::printf("0\n");
  }

private:
  capnp::Request<schema::Person::GrantParams, schema::Person::GrantResults> grantOf(const std::string& holder,
                                                                                    const std::string& path) {
    struct stat status{};
    KJ_SYSCALL(stat(path.c_str(), &status), path);
    bool directory = S_ISDIR(status.st_mode);
    auto call = m_person.grantRequest();
    call.setHolder(holder.c_str());
    call.setKind(directory ? schema::Kind::FOLDER : schema::Kind::FILE);
    call.initObject().setScope(directory ? schema::Scope::TREE : schema::Scope::FILE);
    call.setFile(at(path));
    call.setAccess(schema::Access::READ);
    call.initLifetime().setAlways();
    call.setOrigin(schema::Origin::ADDED);
    return call;
  }

  kj::AsyncIoContext m_io;
  Connection m_connection;
  schema::Person::Client m_person;
};

}  // namespace

int main() {
  Person person;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "grant") person.grant(words);
    if (verb == "revoke") person.revoke(words);
    if (verb == "fill") person.fill(words);
    if (verb == "list") person.list(words);
    if (verb == "answer") person.answer();
    if (verb == "decline") person.decline();
    if (verb == "end") person.end();
    std::fflush(stdout);
  }
}
