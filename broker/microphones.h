// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Who may hear the microphone, while something in an app records.
//
// An app need not ask: it records, from a microphone that is silent, and that is the question. It is put once for each
// recording; whatever comes of it, the ear of that recording is open exactly while a grant in force says so - also one
// that is given or resumed by other means meanwhile.
//
// What was given for once ends with the recording. What is open is counted on the grant (`live`), so that it is shown.

#include <list>

#include "broker/ceilings.h"
#include "broker/grants/ledger.h"
#include "broker/instance.h"
#include "broker/powerbox.h"
#include "broker/ration.h"

namespace latchkey {

class Microphones final : private Ledger::Observer {
public:
  Microphones(Powerbox& powerbox, Ledger& ledger, Instances& instances, Ceilings& ceilings, const Clock& clock);
  ~Microphones() noexcept(false);
  KJ_DISALLOW_COPY_AND_MOVE(Microphones);

  // It lasts until the handle is dropped.
  schema::Handle::Client records(const InstanceId& instance, schema::Ear::Client ear);

private:
  class Recording;
  void grantsChanged(const std::vector<Grant>& changed) override;

  Powerbox& m_powerbox;
  Ledger& m_ledger;
  Instances& m_instances;
  Ceilings& m_ceilings;
  const Clock& m_clock;
  Ration m_lines;
  std::list<Recording*> m_recordings;
};

}  // namespace latchkey
