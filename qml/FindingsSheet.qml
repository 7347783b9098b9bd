// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// What this computer lacks, and what to do about it.
Sheet {
    id: root

    required property Health health

    width: Math.min(560, parent ? parent.width - 48 : 560)
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("On this computer")
    buttons: PushButton {
        id: done

        text: qsTr("Close")
        onClicked: root.close()
    }

    Repeater {
        model: root.health.findings.length / 2

        Column {
            id: finding

            required property int index

            width: parent?.width ?? 0
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
}
