// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// From "Add a machine" to its name, step by step.
Sheet {
    id: root

    required property Pairing pairing
    required property ThisMachine self
    readonly property int step: pairing.step

    function settle() {
        if (!opened)
            return;
        if (step === Pairing.Words)
            differ.forceActiveFocus(Qt.TabFocusReason);
        else if (step === Pairing.Waiting || step === Pairing.Failed)
            away.forceActiveFocus(Qt.TabFocusReason);
        else
            content.item?.settle(); // qmllint disable missing-property
    }

    visible: pairing.open
    width: Math.min(520, parent ? parent.width - 48 : 520)
    onRejected: pairing.close()
    onOpened: settle()
    onStepChanged: Qt.callLater(settle)
    title: {
        switch (step) {
        case Pairing.Room:
            return qsTr("Both machines are here");
        case Pairing.Invite:
            return qsTr("An invitation");
        case Pairing.Join:
            return qsTr("Use an invitation");
        case Pairing.Words:
            return qsTr("Does the other screen show the same four words?");
        case Pairing.Waiting:
            return qsTr("Waiting for the other screen");
        case Pairing.Failed:
            return qsTr("Nothing was added");
        case Pairing.Added:
            return qsTr("Paired. It can see nothing yet.");
        default:
            return qsTr("Add a machine");
        }
    }
    buttons: [
        PushButton {
            text: qsTr("Back")
            visible: root.step === Pairing.Room || root.step === Pairing.Invite || root.step === Pairing.Join
            onClicked: root.pairing.back()
        },
        PushButton {
            id: away

            text: root.step === Pairing.Invite || root.step === Pairing.Failed ? qsTr("Close") : qsTr("Cancel")
            visible: root.step !== Pairing.Words && root.step !== Pairing.Added
            onClicked: root.pairing.close()
        },
        PushButton {
            text: qsTr("Join")
            manner: PushButton.Primary
            visible: root.step === Pairing.Join
            enabled: (content.item as JoinStep)?.ready ?? false
            onClicked: (content.item as JoinStep).join()
        },
        PushButton {
            text: root.pairing.behind > 0 ? qsTr("Compare with the next") : qsTr("Try again")
            visible: root.step === Pairing.Failed
            onClicked: root.pairing.again()
        },
        PushButton {
            id: differ

            text: qsTr("They differ")
            visible: root.step === Pairing.Words
            Accessible.description: root.pairing.armed ? "" : qsTr("Counts in a moment")
            onClicked: root.pairing.answer(false)
        },
        PushButton {
            text: qsTr("The words match")
            manner: PushButton.Primary
            visible: root.step === Pairing.Words
            Accessible.description: root.pairing.armed ? "" : qsTr("Counts in a moment")
            onClicked: root.pairing.answer(true)
        },
        PushButton {
            text: qsTr("Done")
            manner: PushButton.Primary
            visible: root.step === Pairing.Added
            onClicked: root.pairing.finish((content.item as AddedStep).petname)
        }
    ]

    Loader {
        id: content

        width: parent.width
        sourceComponent: {
            switch (root.step) {
            case Pairing.Ways:
                return ways;
            case Pairing.Room:
                return room;
            case Pairing.Invite:
                return invite;
            case Pairing.Join:
                return join;
            case Pairing.Words:
                return words;
            case Pairing.Waiting:
                return waiting;
            case Pairing.Failed:
                return failed;
            case Pairing.Added:
                return added;
            default:
                return null;
            }
        }
    }
    Component {
        id: ways

        Column {
            spacing: 8

            function settle() {
                here.forceActiveFocus(Qt.TabFocusReason);
            }

            PlainLabel {
                width: parent.width
                text: qsTr("Adding gives it nothing. What it may use you decide later, thing by thing.")
                color: Theme.dim
                wrapMode: Text.Wrap
                bottomPadding: 4
            }
            WayCard {
                id: here

                width: parent.width
                symbol: "home"
                title: qsTr("Both machines are here")
                text: qsTr("Both screens show four words; you look whether they are the same.")
                onClicked: root.pairing.choose(Pairing.Room)
            }
            WayCard {
                width: parent.width
                symbol: "mail"
                title: qsTr("The other one is far away")
                text: qsTr("You send its person an invitation: a link that works once.")
                onClicked: root.pairing.choose(Pairing.Invite)
            }
            WayCard {
                width: parent.width
                symbol: "link"
                title: qsTr("I was sent an invitation")
                text: qsTr("You paste the link, or open the file.")
                onClicked: root.pairing.choose(Pairing.Join)
            }
        }
    }
    Component {
        id: room

        RoomStep {
            pairing: root.pairing
            self: root.self
        }
    }
    Component {
        id: invite

        InviteStep {
            pairing: root.pairing
            self: root.self
        }
    }
    Component {
        id: join

        JoinStep {
            pairing: root.pairing
        }
    }
    Component {
        id: words

        WordsStep {
            pairing: root.pairing
        }
    }
    Component {
        id: waiting

        PlainLabel {
            text: qsTr("You said that the words match. The machine is added as soon as that was said on the other screen too.")
            wrapMode: Text.Wrap
        }
    }
    Component {
        id: failed

        PlainLabel {
            text: root.pairing.failure
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
    }
    Component {
        id: added

        AddedStep {
            pairing: root.pairing
        }
    }
}
