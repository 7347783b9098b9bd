// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What a tried app did, and what of it stays. Closing it decides nothing.
Sheet {
    id: root

    required property TrialReview trials

    visible: trials.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: trials.later()
    onOpened: later.forceActiveFocus(Qt.TabFocusReason)

    contentItem: Item {
        implicitHeight: words.implicitHeight + list.height + buttons.implicitHeight + 28
        Accessible.role: Accessible.Dialog
        Accessible.name: root.trials.title

        Column {
            id: words

            width: parent.width
            spacing: 6

            PlainLabel {
                width: parent.width
                text: root.trials.title
                font.pixelSize: Theme.heading
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                Accessible.role: Accessible.Heading
            }
            PlainLabel {
                width: parent.width
                text: root.trials.summary
                color: Theme.dim
            }
            PlainLabel {
                width: parent.width
                text: qsTr("Your files are as they were. Choose what of this shall stay. What it did elsewhere, on the network for one, is not undone.")
                wrapMode: Text.Wrap
            }
        }
        ListView {
            id: list

            anchors.top: words.bottom
            anchors.topMargin: 8
            width: parent.width
            height: Math.min(contentHeight, Math.max(140, (root.parent?.height ?? 480) - words.implicitHeight - buttons.implicitHeight - 140))
            clip: true
            activeFocusOnTab: true
            keyNavigationEnabled: true
            boundsBehavior: Flickable.StopAtBounds
            enabled: !root.trials.busy
            model: root.trials
            currentIndex: -1
            section.property: "group"
            section.delegate: SectionHeading {
                width: list.width
                inset: Theme.unit
            }
            T.ScrollBar.vertical: Scroll {}
            Accessible.role: Accessible.List
            Accessible.name: qsTr("What it changed")
            onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
                currentIndex = 0
            Keys.onSpacePressed: {
                const row = currentItem as TrialRow;
                if (row)
                    root.trials.choose(currentIndex, !row.chosen);
            }

            delegate: TrialRow {
                required property int index

                width: list.width - 12
                onPicked: on => root.trials.choose(index, on)
            }
        }
        Flow {
            id: buttons

            anchors.top: list.bottom
            anchors.topMargin: 20
            anchors.right: parent.right
            width: Math.min(parent.width, all.width + later.width + none.width + some.width + 3 * spacing)
            spacing: Theme.unit
            enabled: !root.trials.busy

            PushButton {
                id: all

                manner: PushButton.Flat
                text: root.trials.chosen === 0 ? qsTr("Choose all") : qsTr("Choose none")
                onClicked: root.trials.chooseAll(root.trials.chosen === 0)
            }
            PushButton {
                id: later

                text: qsTr("Later")
                onClicked: root.trials.later()
            }
            PushButton {
                id: none

                text: qsTr("Discard all")
                onClicked: root.trials.discard()
            }
            PushButton {
                id: some

                text: root.trials.chosen === root.trials.count ? qsTr("Keep all") : qsTr("Keep %1, discard %2").arg(root.trials.chosen.toLocaleString(Qt.locale(), "f", 0)).arg((root.trials.count - root.trials.chosen).toLocaleString(Qt.locale(), "f", 0))
                manner: PushButton.Primary
                enabled: root.trials.chosen > 0
                onClicked: root.trials.keep()
            }
        }
    }
}
