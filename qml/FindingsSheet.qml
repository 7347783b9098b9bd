// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What this computer lacks, and what to do about it.
Sheet {
    id: root

    required property Health health

    width: Math.min(560, parent ? parent.width - 48 : 560)
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)

    contentItem: Item {
        implicitHeight: Math.min(list.contentHeight, 320) + heading.height + done.height + 36

        PlainLabel {
            id: heading

            width: parent.width
            text: qsTr("On this computer")
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
        }
        ListView {
            id: list

            anchors.top: heading.bottom
            anchors.topMargin: 12
            width: parent.width
            height: Math.min(contentHeight, 320)
            clip: true
            spacing: 12
            boundsBehavior: Flickable.StopAtBounds
            model: root.health.findings.length / 2
            T.ScrollBar.vertical: Scroll {}

            delegate: Column {
                id: finding

                required property int index

                width: list.width - 12
                spacing: 2

                PlainLabel {
                    width: parent.width
                    text: root.health.findings[2 * finding.index]
                    wrapMode: Text.Wrap
                }
                PlainLabel {
                    width: parent.width
                    text: root.health.findings[2 * finding.index + 1]
                    font.pixelSize: Theme.small
                    color: Theme.dim
                    wrapMode: Text.Wrap
                }
            }
        }
        PushButton {
            id: done

            anchors.right: parent.right
            anchors.bottom: parent.bottom
            text: qsTr("Close")
            onClicked: root.close()
        }
    }
}
