/** A configuration with every setting of every provider. */
export const SAMPLE_CONFIG = `
server: { host: 127.0.0.1, port: 4000 }
store: "memory:"
secret: \${GATEWAY_SECRET}
limits: { defaultPageSize: 20, maxPageSize: 200, upstreamCallsPerRequest: 10, requestTimeoutMs: 5000 }
channels:
  - name: shop
    provider: WECHAT
    displayName: The shop
    baseUrl: http://127.0.0.1:1
    appId: wx1
    appSecret: \${WECHAT_APP_SECRET}
    historyStart: 2026-01-01T00:00:00Z
    quota: { callsPerSecond: 5, maxConcurrent: 2, pageSize: 1000 }
  - name: corp
    provider: WECOM
    corpId: ww1
    secret: \${WECOM_SECRET}
    callback: { token: t, encodingAesKey: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG, receiveIds: [ww1] }
  - name: broadcast
    provider: TENCENT_CHAT
    region: SINGAPORE
    sdkAppId: 1400000000
    adminUserId: administrator
    secretKey: \${TENCENT_SECRET_KEY}
    officialAccounts: ["@TOA#_1"]
  - name: whatsapp
    provider: WHATSAPP_SCRM
    baseUrl: https://api.example.com
    tenantId: 82
    apiKey: \${WSCRM_API_KEY}
    timeZone: "+08:00"
    historyStart: 2025-01-01T00:00:00Z
`;

export const SAMPLE_ENVIRONMENT = {
  GATEWAY_SECRET: Buffer.alloc(32, 3).toString('base64'),
  WECHAT_APP_SECRET: 'wechat-canary',
  WECOM_SECRET: 'wecom-canary',
  TENCENT_SECRET_KEY: 'tencent-canary',
  WSCRM_API_KEY: 'wscrm-canary',
};
