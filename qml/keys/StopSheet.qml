// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// What ends, before it ends.
Sheet {
    id: root

    required property StopPlan plan

    visible: plan.open
    onRejected: plan.keep()
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: root.plan.title
    buttons: [
        PushButton {
            id: keep

            text: root.plan.unsure ? qsTr("Let it run") : qsTr("Keep")
            onClicked: root.plan.keep()
        },
        PushButton {
            text: root.plan.unsure ? qsTr("Stop the app") : qsTr("Stop")
            manner: PushButton.Ending
            onClicked: root.plan.unsure ? root.plan.stopApps() : root.plan.stop()
        }
    ]

    Repeater {
        model: root.plan.lines.slice(0, 6)

        PlainLabel {
            required property string modelData

            width: parent?.width ?? 0
            text: modelData
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
    }
    PlainLabel {
        visible: root.plan.lines.length > 6
        text: qsTr("and %Ln more", "", root.plan.lines.length - 6)
        color: Theme.dim
    }
}
