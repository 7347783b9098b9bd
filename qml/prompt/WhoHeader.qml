// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// Who asks, and for what.
Item {
    id: root

    required property Question question

    implicitHeight: Math.max(48, words.implicitHeight)

    AppIcon {
        id: icon

        anchors.left: parent.left
        source: root.question.fromAfar ? "" : root.question.icon
        visible: !root.question.fromAfar
    }
    MachineMark {
        anchors.fill: icon
        size: icon.width
        stripe: root.question.stripe
        initials: root.question.initials
        visible: root.question.fromAfar
    }
    Column {
        id: words

        anchors.left: icon.right
        anchors.right: parent.right
        anchors.leftMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 3

        Row {
            width: parent.width
            spacing: Theme.unit

            PlainLabel {
                text: root.question.appName
                font.pixelSize: Theme.heading
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                width: Math.min(implicitWidth, parent.width - (chip.visible ? chip.width + parent.spacing : 0))
            }
            Rectangle {
                id: chip

                visible: root.question.profile.length > 0
                width: Math.min(profile.implicitWidth + 16, 120)
                height: 20
                radius: 10
                color: Theme.accentSoft

                PlainLabel {
                    id: profile

                    anchors.centerIn: parent
                    width: Math.min(implicitWidth, 104)
                    text: root.question.profile
                    font.pixelSize: Theme.small
                    Accessible.name: qsTr("profile %1").arg(text)
                }
            }
        }
        PlainLabel {
            width: parent.width
            text: root.question.wish
            wrapMode: Text.Wrap
        }
    }
}
