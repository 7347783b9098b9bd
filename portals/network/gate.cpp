// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>

#include "portals/network/packet.h"
#include "portals/network/steps.h"

namespace latchkey::network {
namespace {

constexpr auto TABLE = "latchkey";
constexpr uint32_t REGISTER = NFT_REG_1;
constexpr uint32_t BEFORE_TRACKING = static_cast<uint32_t>(-300), REDIRECTING = static_cast<uint32_t>(-100);
constexpr uint32_t FLAGS_AT = 13;  // Of the TCP header.

class Gate {
public:
  Netlink& messages() { return m_messages; }

  void batch(uint16_t kind) {
    m_messages.message(kind, 0, nfgenmsg{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)});
  }
  Netlink& begin(uint16_t kind, uint16_t flags = 0) {
    return m_messages.message(static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | kind),
                              static_cast<uint16_t>(NLM_F_ACK | flags), nfgenmsg{NFPROTO_INET, NFNETLINK_V0, 0});
  }
  void chain(const char* name, const char* type, uint32_t priority) {
    begin(NFT_MSG_NEWCHAIN, NLM_F_CREATE).text(NFTA_CHAIN_TABLE, TABLE).text(NFTA_CHAIN_NAME, name);
    m_messages
        .nest(NFTA_CHAIN_HOOK,
              [&] { m_messages.big32(NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT).big32(NFTA_HOOK_PRIORITY, priority); })
        .text(NFTA_CHAIN_TYPE, type);
  }
  template <typename Content>
  void rule(const char* chain, Content content) {
    begin(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND).text(NFTA_RULE_TABLE, TABLE).text(NFTA_RULE_CHAIN, chain);
    m_messages.nest(NFTA_RULE_EXPRESSIONS, content);
  }

  // What a rule is made of: something is fetched, and compared.
  template <typename Content>
  void expression(const char* name, Content content) {
    m_messages.nest(NFTA_LIST_ELEM, [&] { m_messages.text(NFTA_EXPR_NAME, name).nest(NFTA_EXPR_DATA, content); });
  }
  void fetch(uint32_t key) {
    expression("meta", [&] { m_messages.big32(NFTA_META_KEY, key).big32(NFTA_META_DREG, REGISTER); });
  }
  template <typename Value>
  void compare(uint32_t how, const Value& with) {
    expression("cmp", [&] {
      m_messages.big32(NFTA_CMP_SREG, REGISTER).big32(NFTA_CMP_OP, how);
      m_messages.nest(NFTA_CMP_DATA, [&] { m_messages.value(NFTA_DATA_VALUE, with); });
    });
  }
  void isTcp() {
    fetch(NFT_META_L4PROTO);
    compare(NFT_CMP_EQ, static_cast<uint8_t>(IPPROTO_TCP));
  }
  void opens() {
    constexpr uint8_t LOOKED_AT = Packet::FIN | Packet::SYN | Packet::RST | Packet::ACK;
    expression("payload", [&] {
      m_messages.big32(NFTA_PAYLOAD_DREG, REGISTER).big32(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
      m_messages.big32(NFTA_PAYLOAD_OFFSET, FLAGS_AT).big32(NFTA_PAYLOAD_LEN, 1);
    });
    expression("bitwise", [&] {
      m_messages.big32(NFTA_BITWISE_SREG, REGISTER).big32(NFTA_BITWISE_DREG, REGISTER).big32(NFTA_BITWISE_LEN, 1);
      m_messages.nest(NFTA_BITWISE_MASK, [&] { m_messages.value(NFTA_DATA_VALUE, LOOKED_AT); });
      m_messages.nest(NFTA_BITWISE_XOR, [&] { m_messages.value(NFTA_DATA_VALUE, uint8_t{0}); });
    });
    compare(NFT_CMP_EQ, Packet::SYN);
  }
  void hasMark(uint32_t how) {
    fetch(NFT_META_MARK);
    compare(how, MARK);
  }
  void redirect(uint16_t port) {
    expression("immediate", [&] {
      m_messages.big32(NFTA_IMMEDIATE_DREG, REGISTER);
      m_messages.nest(NFTA_IMMEDIATE_DATA, [&] { m_messages.value(NFTA_DATA_VALUE, htons(port)); });
    });
    expression("redir", [&] { m_messages.big32(NFTA_REDIR_REG_PROTO_MIN, REGISTER); });
  }

private:
  Netlink m_messages;
};

}  // namespace

namespace {

template <typename Content>
void load(Content content) {
  Gate gate;
  gate.batch(NFNL_MSG_BATCH_BEGIN);
  content(gate);
  gate.batch(NFNL_MSG_BATCH_END);
  exchange(NETLINK_NETFILTER, gate.messages(), "load the gate");
}

}  // namespace

// In two steps. A chain of kind `nat` makes the kernel track connections from the moment it is named, and its rules,
// with those that keep undecided SYNs from it, hold only from the end of the step on. What it has begun to track in
// between would never be redirected.
void loadGate(uint16_t port) {
  load([](Gate& gate) {
    // An earlier portal's goes: made, so that there is one to delete, and deleted.
    gate.begin(NFT_MSG_NEWTABLE, NLM_F_CREATE).text(NFTA_TABLE_NAME, TABLE);
    gate.begin(NFT_MSG_DELTABLE).text(NFTA_TABLE_NAME, TABLE);
    gate.begin(NFT_MSG_NEWTABLE, NLM_F_CREATE).text(NFTA_TABLE_NAME, TABLE);
    gate.chain("undecided", "filter", BEFORE_TRACKING);
    gate.rule("undecided", [&] {
      gate.isTcp();
      gate.opens();
      gate.hasMark(NFT_CMP_NEQ);
      gate.expression("notrack", [] {});
    });
  });
  load([&](Gate& gate) {
    gate.chain("decided", "nat", REDIRECTING);
    gate.rule("decided", [&] {
      gate.isTcp();
      gate.hasMark(NFT_CMP_EQ);
      gate.redirect(port);
    });
  });
}

}  // namespace latchkey::network
