/** The sample calls and answers of the five pages, retyped; those of WhatsApp and Tencent Chat are in their own folders. */

/** @see https://developers.weixin.qq.com/doc/service/api/customer/record/api_getmsglist */
export const chatLog = {
  request: { starttime: 1464710400, endtime: 1464796800, msgid: 1, number: 10000 },
  response: {
    recordlist: [
      {
        openid: 'oDF3iY9WMaswOPWjCIp_f3Bnpljk',
        opercode: 2002,
        text: '您好,客服test1为您服务。',
        time: 1464710500,
        worker: 'test1@test',
      },
    ],
    number: 10000,
    msgid: 20165258,
  },
};

export const sessionList = {
  request: { access_token: 'ACCESS_TOKEN', kf_account: 'test1@test' },
  response: { sessionlist: [{ createtime: 123456789, openid: 'OPENID' }] },
};

/** @see https://developer.work.weixin.qq.com/document/path/99670 */
export const chatArchive = {
  request: { cursor: 'RMTJID', token: 'NGEJKGOEGJKOEGNEOAGOEGOKEGHOEEEEE', limit: 200 },
  response: {
    errcode: 0,
    errmsg: 'ok',
    has_more: true,
    next_cursor: 'JGNLGEHJGIE',
    msg_list: [
      {
        msgid: 'xxxmsgid',
        sender: { type: 1, id: 'woxxxxxmmgjiegjie' },
        receiver_list: [
          { type: 1, id: 'woAAAAAAAAAAA' },
          { type: 2, id: 'wmXXXXXXXXXXXXX' },
        ],
        chatid: 'wrXXXXXXXXXX',
        send_time: 166666666,
        msgtype: 2,
        service_encrypt_info: { encrypted_secret_key: 'KEYAAAAAAABBBBBB', public_key_ver: 1 },
      },
    ],
  },
};

export const officialAccountRequest = {
  Official_Account: '@TOA#_15ERQPAER',
  LastMsgKey: '71_1_1698741698',
  ReqMsgNumber: 2,
  /** Of the table; the samples leave it out. */
  WithRecalledMsg: 1,
};

export const chatRecordsRequest = {
  tenantId: 82,
  current: 1,
  pageSize: 10,
  info: {
    whatsId: '',
    friendWhatsId: '91844XXXX',
    chatType: 1,
    contentType: 2,
    agentAccount: 'dev_miors',
    /** Of the table; the sample leaves them out. */
    actionType: 1,
    startChatTime: 1729686522154,
    endChatTime: 1742782392000,
  },
};
